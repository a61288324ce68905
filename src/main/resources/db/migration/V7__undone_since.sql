-- When it was decided that all of a roll-out is undone: who uses what is looked at after that.
alter table signonflow_roll_out add column undone_since timestamp with time zone;   -- null where it is not, and in roll-outs of before
