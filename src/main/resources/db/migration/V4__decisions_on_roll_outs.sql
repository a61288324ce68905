-- What was shown to who decides on a roll-out, so that the decision is about nothing else; and who has decided.
alter table signonflow_roll_out add column shown_at timestamp with time zone;       -- null in roll-outs of before, and until it waits
alter table signonflow_roll_out add column decision varchar(20);                    -- approve, decline, or expired
alter table signonflow_roll_out add column decided_by varchar(255);
alter table signonflow_roll_out add column decided_at timestamp with time zone;
alter table signonflow_roll_out add column decision_comment varchar(4000);
alter table signonflow_roll_out_row add column digest varchar(64);                  -- of what takes effect; null in rows of before
alter table signonflow_roll_out_row add column shown varchar(64);                   -- the digest when it was shown; null where it was not
alter table signonflow_roll_out_row add column looked_at timestamp with time zone;  -- when PingOne was last seen to have what was shown
alter table signonflow_roll_out_row add column found varchar(20000);                -- JSON: what was found of an application that is there
alter table signonflow_roll_out_environment add column policies text;               -- JSON: name by id
alter table signonflow_roll_out_environment add column found varchar(20000);        -- JSON: what was found besides
