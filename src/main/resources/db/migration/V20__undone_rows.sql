-- Whether any of a roll-out's rows has been undone since, and whether any is still in effect, is asked of each roll-out that is listed.
create index signonflow_change_undone on signonflow_change (roll_out, undone_at);
