-- Where a change is stuck, since when and why: many that are stuck for the same reason are counted, retried and rolled back together. All
-- null in what nodes of before have written, and without meaning unless incident_id is there.
alter table signonflow_change add column incident_step varchar(255);                -- the element of the model
alter table signonflow_change add column incident_code varchar(100);                -- PingOne's; null if it was not a call that has failed
alter table signonflow_change add column incident_at timestamp(3) with time zone;

-- What a person has done with all that were stuck for the same reason. Any node goes on with it, after a crash too.
create table signonflow_incident_action (
    id           varchar(64)  not null primary key,
    kind         varchar(20)  not null,             -- RETRY or ROLL_BACK
    step         varchar(255) not null,             -- empty if it is not known, like the code
    code         varchar(100) not null,
    environment  varchar(255) not null,
    requested_by varchar(255) not null,
    requested_at timestamp(3) with time zone not null,
    changes      integer      not null,             -- how many there were
    done         integer      not null,
    last_done    varchar(64)  not null,             -- of the changes, in the order of their ids; empty at first
    ended_at     timestamp(3) with time zone
);

create index signonflow_incident_action_latest on signonflow_incident_action (requested_at);
