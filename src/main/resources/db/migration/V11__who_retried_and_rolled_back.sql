-- Who last had a stuck step of a change retried; why a roll-out was requested, and who had all of it rolled back. All null where nobody
-- did, and in what nodes of before have written.
alter table signonflow_change add column retried_by varchar(255);
alter table signonflow_change add column retried_at timestamp(3) with time zone;
alter table signonflow_roll_out add column reason varchar(4000);
alter table signonflow_roll_out add column rolled_back_by varchar(255);
alter table signonflow_roll_out add column rolled_back_at timestamp with time zone;
