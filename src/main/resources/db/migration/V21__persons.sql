-- Which of the engine's accounts mirror what an identity provider says of a person, and when it said what they mirror now: an older token
-- must not undo what a newer one said.
create table signonflow_person (
    id      varchar(64)  not null primary key,      -- of the account: the subject of the provider's tokens
    issuer  varchar(1000) not null,
    said_at timestamp(3) with time zone not null,
    name    varchar(511) not null                   -- kept when the account is deleted, since changes name who had it
);

create index signonflow_person_name on signonflow_person (name);
