package org.signonflow;

import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Fills in which existing application a flow of an earlier version assigned a policy to. Only the engine's history knows, and its tables do
 * not exist yet when a new database is migrated.
 */
final class ParentsOfEarlierAssignments implements JavaMigration {

    @Override
    public MigrationVersion getVersion() {
        return MigrationVersion.fromVersion("9");
    }

    @Override
    public String getDescription() {
        return "parents of earlier assignments";
    }

    @Override
    public Integer getChecksum() {
        return null;
    }

    @Override
    public boolean canExecuteInTransaction() {
        return true;
    }

    @Override
    public void migrate(Context context) {
        JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(context.getConnection(), true));
        if (jdbc.queryForObject("""
            select count(*) from information_schema.tables where upper(table_name) = 'ACT_HI_VARINST' and table_schema = current_schema""",
            Integer.class) > 0) {
            jdbc.update("""
                update signonflow_journal_detail set parent_id = (
                    select max(variable.text_) from signonflow_journal entry
                    join act_hi_varinst variable on variable.proc_inst_id_ = entry.instance_id and variable.name_ = 'applicationId'
                    where entry.id = signonflow_journal_detail.entry_id)
                where object_kind = 'ASSIGNMENT' and parent_id is null""");
        }
    }
}
