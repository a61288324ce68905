-- A completed change is undone by another change, which claims it when it starts.
alter table signonflow_change add column undone_by varchar(64);                     -- the last that did, or was to
alter table signonflow_change add column undone_at timestamp(3) with time zone;     -- null unless it has been undone
