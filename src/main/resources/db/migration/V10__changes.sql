-- Each flow, and each row of a roll-out once it has begun: what it is to change, and where it stands. Written in the engine's transactions,
-- so it never says other than the engine.
create table signonflow_change (
    id               varchar(64)  not null primary key,   -- of the process instance
    flow             varchar(64)  not null,               -- the process's key
    environment      varchar(255) not null,
    application_name varchar(256),                        -- null for an existing application
    application_id   varchar(64),                         -- of an existing application
    policy_name      varchar(256),
    search           varchar(2000) not null,              -- what a search looks at, in lower case
    requested_by     varchar(255),
    requested_at     timestamp(3) with time zone not null,
    reason           varchar(4000),
    roll_out         varchar(64),
    line             integer,
    state            varchar(30)  not null,               -- see ChangeState
    changed_at       timestamp(3) with time zone not null,
    ended_at         timestamp(3) with time zone,
    incident_id      varchar(64),                         -- null unless it is stuck
    incident         varchar(4000),
    rejection        varchar(4000),
    rolled_back_by   varchar(255),
    decision         varchar(20),
    decided_by       varchar(255),
    decided_at       timestamp(3) with time zone,
    decision_comment varchar(4000)
);

create index signonflow_change_latest on signonflow_change (requested_at, id);
create index signonflow_change_state on signonflow_change (state, requested_at, id);
create index signonflow_change_requester on signonflow_change (requested_by, requested_at, id);
create index signonflow_change_roll_out on signonflow_change (roll_out, line);
create index signonflow_change_stuck on signonflow_change (incident_id);
create index signonflow_change_changed on signonflow_change (changed_at, id);
create index signonflow_change_ended on signonflow_change (ended_at);
