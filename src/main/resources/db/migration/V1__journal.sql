-- What was sent to PingOne, when, on whose behalf and with what answer: one row per changing call of a step.
create table signonflow_journal (
    id             varchar(36)  not null primary key,
    instance_id    varchar(64)  not null,
    step           varchar(100) not null,
    kind           varchar(6)   not null,   -- CREATE, DELETE, or CLOSE: an undo has begun
    attempt        integer      not null,
    environment    varchar(64)  not null,
    requested_by   varchar(255),
    natural_key    varchar(600) not null,
    reference      varchar(64),
    open_key       varchar(700) unique,     -- held while another instance's call for the same name could be mistaken for this one
    begun_at       timestamp(3) with time zone not null,
    ended_at       timestamp(3) with time zone,
    outcome        varchar(12),             -- see Journal.Outcome; null while it is not known
    status         integer,
    pingone_id     varchar(64),
    error_code     varchar(100),
    correlation_id varchar(100)
);

create index signonflow_journal_instance on signonflow_journal (instance_id, step);
create index signonflow_journal_object on signonflow_journal (pingone_id);
