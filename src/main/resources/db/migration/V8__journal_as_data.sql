-- What was made or deleted, in what, and with which members: enough to find it, to compare it and to take it back. A table of its own, since
-- the journal cannot be altered while a node of the version before writes it: its jobs read it in one transaction and write it in another.
create table signonflow_journal_detail (
    entry_id    varchar(36) not null primary key,   -- of signonflow_journal
    object_kind varchar(20) not null,               -- see Kind
    parent_id   varchar(64),                        -- null for the environment
    sent        text                                -- JSON; null of what was deleted, and of earlier versions
);

create index signonflow_journal_detail_parent on signonflow_journal_detail (parent_id);

insert into signonflow_journal_detail (entry_id, object_kind)
select id, case
    when step in ('Task_CreateNativeApplication', 'Task_DeleteNativeApplication') then 'APPLICATION'
    when step in ('Task_GrantScopes', 'Task_RevokeScopes') then 'GRANT'
    when step in ('Task_CreateSignOnPolicy', 'Task_DeleteSignOnPolicy') then 'SIGN_ON_POLICY'
    when step = 'Task_AddMfaAction' then 'ACTION'
    else 'ASSIGNMENT' end
from signonflow_journal where step in ('Task_CreateNativeApplication', 'Task_DeleteNativeApplication', 'Task_GrantScopes',
    'Task_RevokeScopes', 'Task_CreateSignOnPolicy', 'Task_DeleteSignOnPolicy', 'Task_AddMfaAction', 'Task_AssignPolicy',
    'Task_UnassignPolicy');

update signonflow_journal_detail set parent_id = (
    select max(parent.pingone_id) from signonflow_journal entry
    join signonflow_journal parent on parent.instance_id = entry.instance_id and parent.outcome in ('MADE', 'ADOPTED', 'FOUND')
    and parent.step = case signonflow_journal_detail.object_kind when 'ACTION' then 'Task_CreateSignOnPolicy'
        else 'Task_CreateNativeApplication' end
    where entry.id = signonflow_journal_detail.entry_id)
where object_kind in ('GRANT', 'ACTION', 'ASSIGNMENT');

update signonflow_journal_detail set parent_id = (
    select max(r.application_id) from signonflow_journal entry join signonflow_roll_out_row r on r.instance_id = entry.instance_id
    where entry.id = signonflow_journal_detail.entry_id)
where object_kind = 'ASSIGNMENT' and parent_id is null;
