-- What has become of changes, and how long they waited for an approval, is read from these indexes alone. The first does what that on
-- ended_at did.
create index signonflow_change_outcome on signonflow_change (ended_at, flow, state, undone_at, requested_by);
create index signonflow_change_decided on signonflow_change (decided_at, flow, decision, requested_at, requested_by);
drop index signonflow_change_ended;
