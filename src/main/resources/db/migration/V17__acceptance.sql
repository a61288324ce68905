-- Who has accepted a deviation, and in which words. The change counts as unchanged then, while the deviation lasts. All null where nobody
-- has, and in what nodes of before have written.
alter table signonflow_drift add column accepted_at timestamp(3) with time zone;
alter table signonflow_drift add column accepted_by varchar(255);
alter table signonflow_drift add column accepted_because varchar(4000);
