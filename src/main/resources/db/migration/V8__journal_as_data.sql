-- What was made or deleted, in what, and with which members: enough to find it, to compare it and to take it back.
alter table signonflow_journal add column object_kind varchar(20);   -- see Kind; null where nothing was sent
alter table signonflow_journal add column parent_id varchar(64);     -- null for the environment
alter table signonflow_journal add column sent text;                 -- JSON; null of what was deleted, and of earlier versions

create index signonflow_journal_parent on signonflow_journal (parent_id);
create index signonflow_journal_begun on signonflow_journal (begun_at);

update signonflow_journal set object_kind = case
    when step in ('Task_CreateNativeApplication', 'Task_DeleteNativeApplication') then 'APPLICATION'
    when step in ('Task_GrantScopes', 'Task_RevokeScopes') then 'GRANT'
    when step in ('Task_CreateSignOnPolicy', 'Task_DeleteSignOnPolicy') then 'SIGN_ON_POLICY'
    when step = 'Task_AddMfaAction' then 'ACTION'
    when step in ('Task_AssignPolicy', 'Task_UnassignPolicy') then 'ASSIGNMENT'
    end;

update signonflow_journal set parent_id = (
    select max(parent.pingone_id) from signonflow_journal parent
    where parent.instance_id = signonflow_journal.instance_id and parent.outcome in ('MADE', 'ADOPTED', 'FOUND')
    and parent.object_kind = case signonflow_journal.object_kind when 'ACTION' then 'SIGN_ON_POLICY' else 'APPLICATION' end)
where object_kind in ('GRANT', 'ACTION', 'ASSIGNMENT');

update signonflow_journal set parent_id = (
    select r.application_id from signonflow_roll_out_row r where r.instance_id = signonflow_journal.instance_id)
where object_kind = 'ASSIGNMENT' and parent_id is null;
