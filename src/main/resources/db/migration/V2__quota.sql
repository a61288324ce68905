-- What of each licence's budget of calls is used, shared by all nodes: one row per bucket, in Bucket4j's own form. Unused on H2.
create table signonflow_quota (
    bucket varchar(300) not null primary key,
    state  bytea
);
