-- Where a change is stuck, and why: many that are stuck for the same reason are counted together. Both null in what nodes of before have
-- written, and without meaning unless incident_id is there.
alter table signonflow_change add column incident_step varchar(255);                -- the element of the model
alter table signonflow_change add column incident_code varchar(100);                -- PingOne's; null if it was not a call that has failed
