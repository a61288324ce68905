-- What comparing a completed change with PingOne has found: the last check on the change itself, so that it can be listed and counted, and
-- each deviation with its time. All null until it was checked, and in what nodes of before have written.
alter table signonflow_change add column besides text;                              -- policies assigned besides when it was assigned
alter table signonflow_change add column checked_at timestamp(3) with time zone;    -- the last check that could be completed
alter table signonflow_change add column drift varchar(20);                         -- see DriftState; by that check
alter table signonflow_change add column drift_found_at timestamp(3) with time zone;
alter table signonflow_change add column drift_gone_at timestamp(3) with time zone; -- null while it deviates
alter table signonflow_change add column check_failed_at timestamp(3) with time zone;   -- null unless the last check failed
alter table signonflow_change add column check_failure varchar(4000);

create index signonflow_change_drift on signonflow_change (drift, requested_at, id);

create table signonflow_drift (
    change_id varchar(64) not null references signonflow_change (id) on delete cascade,
    found_at  timestamp(3) with time zone not null,
    gone_at   timestamp(3) with time zone,      -- null while it lasts
    findings  text not null,                    -- JSON
    primary key (change_id, found_at)
);

-- Which node checks an environment's changes, and until when no other may.
create table signonflow_check_lease (
    environment varchar(255) not null primary key,
    node        varchar(64)  not null,
    until       timestamp(3) with time zone not null
);
