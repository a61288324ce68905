-- A roll-out and where each application on its list stands. Written in the engine's transactions, so it never says other than the engine.
create table signonflow_roll_out (
    id           varchar(64)  primary key,
    name         varchar(256) not null,
    requested_by varchar(255),
    requested_at timestamp with time zone not null,
    ended_at     timestamp with time zone,
    stage        varchar(30)  not null,
    row_count    int          not null
);

create table signonflow_roll_out_row (
    roll_out_id    varchar(64)    not null references signonflow_roll_out (id) on delete cascade,
    line           int            not null,
    environment    varchar(255)   not null,
    request        varchar(20000) not null,
    instance_id    varchar(64)    unique,
    state          varchar(20)    not null,
    trouble        varchar(20),
    problem        varchar(4000),
    application_id varchar(64),
    grant_id       varchar(64),
    policy_id      varchar(64),
    action_id      varchar(64),
    assignment_id  varchar(64),
    changed_at     timestamp with time zone not null,
    primary key (roll_out_id, line)
);

create index signonflow_roll_out_row_state on signonflow_roll_out_row (roll_out_id, state, line);

-- What was found in PingOne when the roll-out was checked, read once for all rows.
create table signonflow_roll_out_environment (
    roll_out_id        varchar(64)    not null references signonflow_roll_out (id) on delete cascade,
    environment        varchar(255)   not null,
    openid_resource_id varchar(64),
    scope_ids          text           not null,   -- JSON: id by name
    policy_id          varchar(64),               -- the existing policy that all share
    primary key (roll_out_id, environment)
);
