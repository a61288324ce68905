-- Whose requests have not ended, and in which environments: what one person and one environment may have at a time is bounded. Those that
-- have ended are taken out when a bound seems reached.
create table signonflow_open_request (
    instance_id  varchar(64)  not null,
    environment  varchar(255) not null,
    requested_by varchar(255) not null,   -- in lower case
    primary key (instance_id, environment)
);

create index signonflow_open_request_by on signonflow_open_request (requested_by);
create index signonflow_open_request_in on signonflow_open_request (environment);
