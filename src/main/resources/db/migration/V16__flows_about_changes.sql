-- Which completed change a later one is about, such as its undo: what that creates for it is an object of the change as well. And since when
-- its policy is not assigned although its undo has not completed. Both null in what nodes of before have written.
alter table signonflow_change add column about varchar(64);
alter table signonflow_change add column unassigned_at timestamp(3) with time zone;

create index signonflow_change_about on signonflow_change (about);
