-- A roll-out whose rows undo those of another.
alter table signonflow_roll_out add column undoes varchar(64);                      -- null unless it undoes another
