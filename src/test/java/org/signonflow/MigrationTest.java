package org.signonflow;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** After migration, journal entries written by earlier versions say what was created, and in what. */
class MigrationTest {

    private final JdbcDataSource database = new JdbcDataSource();
    private JdbcTemplate jdbc;
    private int written;

    @BeforeEach
    void start() {
        database.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        jdbc = new JdbcTemplate(database);
    }

    @Test
    void anOlderJournalIsReadLikeACurrentOne() {
        flyway().target("7").load().migrate();
        jdbc.execute("create table ACT_HI_VARINST (PROC_INST_ID_ varchar(64), NAME_ varchar(255), TEXT_ varchar(4000))");
        jdbc.execute("insert into ACT_HI_VARINST values ('single', 'applicationId', 'existing-1'), ('single', 'policyId', 'policy-2')");
        jdbc.execute("""
            insert into signonflow_roll_out (id, name, requested_at, stage, row_count)
            values ('r', 'r', current_timestamp, 'ENDED', 1)""");
        jdbc.execute("""
            insert into signonflow_roll_out_row (roll_out_id, line, environment, request, instance_id, state, application_id, changed_at)
            values ('r', 1, 'test', '{}', 'row', 'COMPLETED', 'existing-2', current_timestamp)""");
        wrote("mfa", "Task_CreateNativeApplication", "CREATE", "MADE", "application-1");
        wrote("mfa", "Task_GrantScopes", "CREATE", "MADE", "grant-1");
        wrote("mfa", "Task_CreateSignOnPolicy", "CREATE", "ADOPTED", "policy-1");
        wrote("mfa", "Task_AddMfaAction", "CREATE", "MADE", "action-1");
        wrote("mfa", "Task_AssignPolicy", "CREATE", "NOT_MADE", null);
        wrote("mfa", "Task_DeleteSignOnPolicy", "DELETE", "DELETED", "policy-1");
        wrote("mfa", "Task_SettleUnfinishedCall", "CLOSE", null, null);
        wrote("single", "Task_AssignPolicy", "CREATE", "MADE", "assignment-1");
        wrote("row", "Task_AssignPolicy", "CREATE", "FOUND", "assignment-2");

        flyway().load().migrate();

        assertThat(jdbc.queryForList("""
            select step || ': ' || coalesce(object_kind, 'none') || ' in ' || coalesce(parent_id, 'none') from signonflow_journal
            left join signonflow_journal_detail on entry_id = id order by id""", String.class)).isEqualTo(List.of(
                "Task_CreateNativeApplication: APPLICATION in none",
                "Task_GrantScopes: GRANT in application-1",
                "Task_CreateSignOnPolicy: SIGN_ON_POLICY in none",
                "Task_AddMfaAction: ACTION in policy-1",
                "Task_AssignPolicy: ASSIGNMENT in application-1",
                "Task_DeleteSignOnPolicy: SIGN_ON_POLICY in none",
                "Task_SettleUnfinishedCall: none in none",
                "Task_AssignPolicy: ASSIGNMENT in existing-1",
                "Task_AssignPolicy: ASSIGNMENT in existing-2"));
    }

    @Test
    void aNewDatabaseHasNoHistoryYet() {
        flyway().load().migrate();
        assertThat(jdbc.queryForObject("select count(*) from signonflow_journal", Integer.class)).isZero();
    }

    private FluentConfiguration flyway() {
        return Flyway.configure().dataSource(database).javaMigrations(new ParentsOfEarlierAssignments());
    }

    private void wrote(String instance, String step, String kind, String outcome, String object) {
        jdbc.update("""
            insert into signonflow_journal (id, instance_id, step, kind, attempt, environment, natural_key, begun_at, outcome, pingone_id)
            values (?, ?, ?, ?, 1, 'test', 'any', current_timestamp, ?, ?)""", String.valueOf(100 + written++), instance, step, kind,
            outcome, object);
    }
}
