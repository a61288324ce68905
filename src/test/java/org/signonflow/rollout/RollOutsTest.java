package org.signonflow.rollout;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.signonflow.TestDatabase;
import org.signonflow.harness.SettableClock;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.signonflow.rollout.RowState.ASSIGNED;
import static org.signonflow.rollout.RowState.ASSIGNING;
import static org.signonflow.rollout.RowState.CREATING;
import static org.signonflow.rollout.RowState.LEFT_OUT;
import static org.signonflow.rollout.RowState.PENDING;
import static org.signonflow.rollout.RowState.READY;
import static org.signonflow.rollout.RowState.REJECTED;

/** The stored data of roll-outs, on H2 and, in the second run, on PostgreSQL. */
class RollOutsTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final SettableClock time = new SettableClock(NOON);
    private HikariDataSource database;
    private JdbcClient jdbc;
    private RollOuts rollOuts;

    @BeforeEach
    void start() {
        Map<String, Object> settings = new HashMap<>();
        TestDatabase.register((name, value) -> settings.put(name, value.get()));
        database = new HikariDataSource();
        database.setJdbcUrl(settings.get("spring.datasource.url").toString());
        database.setUsername(settings.getOrDefault("spring.datasource.username", "sa").toString());
        database.setPassword(settings.getOrDefault("spring.datasource.password", "").toString());
        database.setMaximumPoolSize(1);
        database.setConnectionTimeout(1_000);
        new ResourceDatabasePopulator(new ClassPathResource("db/migration/V3__roll_outs.sql"),
            new ClassPathResource("db/migration/V4__decisions_on_roll_outs.sql"),
            new ClassPathResource("db/migration/V7__undone_since.sql"), new ClassPathResource("db/migration/V10__changes.sql"),
            new ClassPathResource("db/migration/V11__who_retried_and_rolled_back.sql"),
            new ClassPathResource("db/migration/V12__undo.sql"), new ClassPathResource("db/migration/V15__undo_of_roll_outs.sql"),
            new ClassPathResource("db/migration/V20__undone_rows.sql")).execute(database);
        jdbc = JdbcClient.create(database);
        rollOuts = new RollOuts(jdbc, new JdbcTemplate(database), JsonMapper.shared(), time);
    }

    @AfterEach
    void stop() {
        database.close();
    }

    private static Request request(int line, String... values) {
        Map<String, String> all = new LinkedHashMap<>(Map.of("environment", "sandbox", "policy", "own"));
        for (int i = 0; i < values.length; i += 2) {
            all.put(values[i], values[i + 1]);
        }
        return new Request(line, all);
    }

    /** Adds a roll-out of this many new applications, from line 2 on. */
    private void add(String id, int applications) {
        rollOuts.add(id, "Spring", "requester", null, IntStream.range(0, applications)
            .mapToObj(i -> request(i + 2, "applicationName", "App " + i, "policyName", "P" + i)).toList());
    }

    private Row row(String id, int line) {
        return rollOuts.rows(id, null, null, line - 1, 1).get(0);
    }

    private List<Integer> lines(List<Row> rows) {
        return rows.stream().map(Row::line).toList();
    }

    @Test
    void theRequestIsStored() {
        rollOuts.add("a", "Spring", "requester", "because", List.of(request(2, "applicationName", "Ä =cmd()", "policyName", "P"),
            request(3, "applicationId", "11111111-2222-3333-4444-555555555555"), request(0, "policyName", "All")));

        assertThat(rollOuts.find("a")).contains(new RollOut("a", "Spring", "requester", NOON, null, Stage.CHECKING, 2, null, null, null, null,
            null, "because", null, null, null, null));
        assertThat(rollOuts.find("b")).isEmpty();
        assertThat(rollOuts.rows("a", null, null, Integer.MIN_VALUE, 10)).containsExactly(
            new Row("a", 0, request(0, "policyName", "All").values(), null, PENDING, null, null, Map.of(), Map.of(), null, null, null, NOON),
            new Row("a", 2, request(2, "applicationName", "Ä =cmd()", "policyName", "P").values(), null, PENDING, null, null, Map.of(), Map.of(), null, null, null, NOON),
            new Row("a", 3, request(3, "applicationId", "11111111-2222-3333-4444-555555555555").values(), null, PENDING, null, null,
                Map.of("applicationId", "11111111-2222-3333-4444-555555555555"), Map.of(), null, null, null, NOON));
        assertThat(lines(rollOuts.rows("a", null, null, 0, 10))).containsExactly(2, 3);
    }

    @Test
    void theLongestRowFits() {
        String quotes = "\"".repeat(1_000);
        String list = "x".repeat(4_000);
        Request longest = request(2, "applicationName", "\"".repeat(256), "applicationDescription", quotes, "redirectUris", list,
            "bundleId", "x".repeat(256), "packageName", "x".repeat(256), "scopes", list, "policyName", "x".repeat(256), "policyDescription",
            quotes, "authenticators", "authenticator,email,sms,voice,boundBiometrics,securityKey", "assignmentPriority", "999999999");
        rollOuts.add("a", "n".repeat(256), null, null, List.of(longest));

        assertThat(row("a", 2).request()).isEqualTo(longest.values());
        assertThat(rollOuts.find("a").orElseThrow().requestedBy()).isNull();
    }

    @Test
    void theLatestAreFirstAndOwnOnesAreFound() {
        add("a", 1);
        time.set(NOON.plusSeconds(1));
        rollOuts.add("b", "Summer", "other", null, List.of(request(2)));
        time.set(NOON.plusSeconds(2));
        rollOuts.add("c", "Autumn", null, null, List.of(request(2)));

        assertThat(rollOuts.latest(null, 2)).extracting(RollOut::id).containsExactly("c", "b");
        assertThat(rollOuts.latest("requester", 10)).extracting(RollOut::id).containsExactly("a");
        assertThat(rollOuts.latest("nobody", 10)).isEmpty();
    }

    @Test
    void theLastStageHasADate() {
        add("a", 1);
        rollOuts.enter("a", Stage.CREATING);
        assertThat(rollOuts.find("a").orElseThrow()).extracting(RollOut::stage, RollOut::endedAt).containsExactly(Stage.CREATING, null);
        rollOuts.enter("a", Stage.DECLINED);
        assertThat(rollOuts.find("a").orElseThrow()).extracting(RollOut::stage, RollOut::endedAt).containsExactly(Stage.DECLINED, NOON);
    }

    @Test
    void aRowGoesThroughItsStates() {
        add("a", 2);
        rollOuts.begun("a", 2, "instance");
        assertThat(row("a", 2)).extracting(Row::state, Row::instanceId).containsExactly(CREATING, "instance");
        rollOuts.failed("instance", Trouble.RETRYING, "PingOne did not answer");
        assertThat(row("a", 2)).extracting(Row::state, Row::trouble, Row::problem)
            .containsExactly(CREATING, Trouble.RETRYING, "PingOne did not answer");
        rollOuts.reached("instance", READY, null, null, Map.of("applicationId", "1", "policyId", "2"));
        assertThat(row("a", 2)).isEqualTo(new Row("a", 2, row("a", 2).request(), "instance", READY, null, null,
            Map.of("applicationId", "1", "policyId", "2"), Map.of(), null, null, null, NOON));
        rollOuts.move(row("a", 2), ASSIGNING);
        rollOuts.reached("instance", ASSIGNED, null, null, Map.of("applicationId", "1", "policyId", "2", "assignmentId", "3"));
        assertThat(row("a", 2)).extracting(Row::state, row -> row.ids().get("assignmentId")).containsExactly(ASSIGNED, "3");

        assertThat(row("a", 3)).as("the other").extracting(Row::state, Row::instanceId).containsExactly(PENDING, null);
        rollOuts.failed("no row", Trouble.FAILED, "x");
        rollOuts.reached("no row", READY, null, null, Map.of());
        assertThat(rollOuts.progress("a").troubles()).isEmpty();
        assertThatThrownBy(() -> rollOuts.begun("a", 3, "instance")).isInstanceOf(DuplicateKeyException.class);
    }

    @Test
    void aProblemIsTruncatedToFit() {
        add("a", 2);
        rollOuts.begun("a", 2, "instance");
        rollOuts.failed("instance", Trouble.FAILED, "ä".repeat(5_000));
        assertThat(row("a", 2).problem()).isEqualTo("ä".repeat(4_000));
        rollOuts.reached("instance", REJECTED, "ä".repeat(5_000), null, Map.of());
        assertThat(row("a", 2).problem()).hasSize(4_000);
        rollOuts.leaveOutPending("a");
        assertThat(row("a", 3).state()).isEqualTo(LEFT_OUT);
        assertThat(row("a", 2).state()).as("it was not pending").isEqualTo(REJECTED);
    }

    @Test
    void whatWasShownIsComparedByDigest() {
        add("a", 4);
        for (int line = 2; line <= 5; line++) {
            rollOuts.begun("a", line, "i" + line);
        }
        rollOuts.reached("i2", READY, null, "d2", Map.of());
        rollOuts.reached("i3", READY, null, "d3", Map.of());
        rollOuts.reached("i4", READY, null, "d4", Map.of());
        assertThat(rollOuts.changedSinceShown("a", 10)).as("nothing was shown yet").isEmpty();
        rollOuts.show("a");
        assertThat(rollOuts.changedSinceShown("a", 10)).isEmpty();
        assertThat(row("a", 2).isAsShown()).isTrue();
        assertThat(row("a", 5).isAsShown()).isFalse();

        rollOuts.reached("i2", READY, null, "other", Map.of());
        rollOuts.reached("i3", RowState.UNDOING, null, null, Map.of());
        rollOuts.reached("i5", READY, null, "d5", Map.of());
        assertThat(lines(rollOuts.changedSinceShown("a", 10))).containsExactly(2, 3, 5);
        assertThat(lines(rollOuts.changedSinceShown("a", 2))).containsExactly(2, 3);
        assertThat(row("a", 2).isAsShown()).isFalse();
        assertThat(row("a", 5).isAsShown()).isFalse();
        rollOuts.show("a");
        assertThat(rollOuts.changedSinceShown("a", 10)).isEmpty();
        rollOuts.wasShown("a", NOON.plusSeconds(60));
        assertThat(row("a", 3).shown()).as("is known already").isNull();
    }

    @Test
    void theDecisionMakerIsStored() {
        add("a", 1);
        rollOuts.decided("a", "approve", "approver", "as agreed");
        assertThat(rollOuts.find("a").orElseThrow()).extracting(RollOut::decision, RollOut::decidedBy, RollOut::decidedAt, RollOut::comment)
            .containsExactly("approve", "approver", NOON, "as agreed");
    }

    @Test
    void whoHadItRolledBackIsStored() {
        add("a", 1);
        rollOuts.rolledBack("a", "operator");
        assertThat(rollOuts.find("a").orElseThrow()).extracting(RollOut::rolledBackBy, RollOut::rolledBackAt)
            .containsExactly("operator", NOON);
    }

    @Test
    void progressAddsUp() {
        rollOuts.add("a", "Spring", null, null, List.of(request(0), request(2), request(3), request(4), request(5), request(6)));
        add("other", 3);
        rollOuts.begun("a", 0, "policy");
        rollOuts.reached("policy", READY, null, null, Map.of());
        rollOuts.begun("a", 2, "2");
        rollOuts.reached("2", READY, null, null, Map.of());
        time.set(NOON.plus(Duration.ofSeconds(61)));
        rollOuts.begun("a", 3, "3");
        rollOuts.reached("3", READY, null, null, Map.of());
        rollOuts.begun("a", 4, "4");
        rollOuts.failed("4", Trouble.FAILED, "x");
        rollOuts.begun("a", 5, "5");
        rollOuts.failed("5", Trouble.RETRYING, "x");
        rollOuts.leaveOutPending("a");

        Progress progress = rollOuts.progress("a");
        assertThat(progress).isEqualTo(new Progress(5, Map.of(READY, 2, CREATING, 2, LEFT_OUT, 1),
            Map.of(Trouble.FAILED, 1, Trouble.RETRYING, 1), 3, 12));
        assertThat(progress.in(READY, LEFT_OUT, ASSIGNED)).isEqualTo(3);
        assertThat(rollOuts.progress("nobody's")).isEqualTo(new Progress(0, Map.of(), Map.of(), 0, 0));
    }

    @Test
    void rowsAreFoundByStateAndTrouble() {
        add("a", 5);
        for (int line : new int[] {2, 4, 5}) {
            rollOuts.begun("a", line, "i" + line);
        }
        rollOuts.failed("i4", Trouble.FAILED, "x");
        rollOuts.failed("i5", Trouble.RETRYING, "x");

        assertThat(lines(rollOuts.rows("a", CREATING, null, 0, 10))).containsExactly(2, 4, 5);
        assertThat(lines(rollOuts.rows("a", CREATING, null, 2, 1))).containsExactly(4);
        assertThat(lines(rollOuts.rows("a", null, Trouble.FAILED, 0, 10))).containsExactly(4);
        assertThat(lines(rollOuts.rows("a", PENDING, Trouble.FAILED, 0, 10))).isEmpty();
        assertThat(rollOuts.underWay("a", List.of(CREATING))).isEqualTo(1);
        assertThat(rollOuts.unsettled("a", CREATING)).isEqualTo(2);
        assertThat(rollOuts.underWay("a", List.of(READY))).isZero();
    }

    @Test
    void theNextRowsAreTheFirstInTheStates() {
        rollOuts.add("a", "Spring", null, null, IntStream.rangeClosed(-1, 9).filter(line -> line != 1).mapToObj(RollOutsTest::request).toList());
        assertThat(lines(rollOuts.next("a", Set.of(PENDING), 3))).as("shared policies first").containsExactly(-1, 0, 2);
        rollOuts.begun("a", -1, "i-1");
        rollOuts.begun("a", 0, "i0");
        rollOuts.begun("a", 3, "i3");
        rollOuts.reached("i3", READY, null, null, Map.of());
        rollOuts.begun("a", 2, "i2");

        assertThat(lines(rollOuts.next("a", Set.of(PENDING), 3))).containsExactly(4, 5, 6);
        assertThat(lines(rollOuts.next("a", List.of(READY, PENDING), 3))).containsExactly(3, 4, 5);
        assertThat(lines(rollOuts.next("a", List.of(PENDING, READY, CREATING), 3))).containsExactly(-1, 0, 2);
        assertThat(rollOuts.next("a", Set.of(), 3)).isEmpty();
    }

    @Test
    void environmentFactsAreStored() {
        add("a", 1);
        add("b", 1);
        Map<String, String> scopes = new HashMap<>();
        IntStream.range(0, 1_000).forEach(i -> scopes.put("scope" + i, "11111111-2222-3333-4444-555555555555"));
        rollOuts.know("a", new EnvironmentLookup("sandbox", "r", Map.of("old", "1"), null, Map.of("1", "Old"), Map.of()));
        rollOuts.know("a", new EnvironmentLookup("sandbox", "r", scopes, null, Map.of("1", "New"), Map.of("listCalls", "3")));
        rollOuts.know("a", new EnvironmentLookup("production", null, Map.of(), "p", Map.of(), Map.of()));

        assertThat(rollOuts.facts("a")).isEqualTo(Map.of("sandbox", new EnvironmentLookup("sandbox", "r", scopes, null, Map.of("1", "New"), Map.of("listCalls", "3")),
            "production", new EnvironmentLookup("production", null, Map.of(), "p", Map.of(), Map.of())));
        assertThat(rollOuts.facts("b")).as("no connection is left behind").isEmpty();
    }

    @Test
    void itJoinsTheCallersTransaction() {
        TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(database));
        transaction.executeWithoutResult(status -> {
            add("a", 3);
            rollOuts.know("a", new EnvironmentLookup("sandbox", "r", Map.of(), null, Map.of(), Map.of()));
            assertThat(rollOuts.facts("a")).hasSize(1);
            status.setRollbackOnly();
        });
        assertThat(rollOuts.find("a")).isEmpty();
        assertThat(jdbc.sql("select count(*) from signonflow_roll_out_row").query(Integer.class).single()).isZero();
    }

    @Test
    void deletedRollOutsAreGone() {
        add("a", 3);
        add("b", 1);
        rollOuts.know("a", new EnvironmentLookup("sandbox", "r", Map.of(), null, Map.of(), Map.of()));

        rollOuts.forget(List.of());
        rollOuts.forget(List.of("a", "unknown"));

        assertThat(rollOuts.latest(null, 10)).extracting(RollOut::id).containsExactly("b");
        for (String table : new String[] {"signonflow_roll_out_row", "signonflow_roll_out_environment"}) {
            assertThat(jdbc.sql("select count(*) from " + table + " where roll_out_id = 'a'").query(Integer.class).single()).isZero();
        }
    }

    @Test
    void tenThousandRowsAreKeptInOrder() {
        add("a", 10_000);
        List<Integer> all = new ArrayList<>();
        for (List<Row> page = rollOuts.rows("a", null, null, 0, 1_000); !page.isEmpty();
                page = rollOuts.rows("a", null, null, all.get(all.size() - 1), 1_000)) {
            all.addAll(lines(page));
        }
        assertThat(all).isEqualTo(IntStream.rangeClosed(2, 10_001).boxed().toList());
        assertThat(rollOuts.find("a").orElseThrow().rows()).isEqualTo(10_000);
    }

    /** As its migration does on its first start, while this version runs alongside. */
    @Test
    void aNewerVersionMayAddColumns() {
        add("r", 1);
        rollOuts.know("r", new EnvironmentLookup("sandbox", null, Map.of(), null, Map.of(), Map.of()));
        rollOuts.begun("r", 2, "i");
        Runnable readAll = () -> {
            assertThat(rollOuts.find("r")).isPresent();
            assertThat(rollOuts.latest(null, 1)).hasSize(1);
            assertThat(rollOuts.rows("r", null, null, 0, 1)).hasSize(1);
            assertThat(rollOuts.next("r", List.of(RowState.CREATING), 1)).hasSize(1);
            assertThat(rollOuts.stuck("r", List.of(RowState.CREATING), 1)).isEmpty();
            assertThat(rollOuts.sharedPolicies("r")).isEmpty();
            assertThat(rollOuts.changedSinceShown("r", 1)).isEmpty();
            assertThat(rollOuts.troubled("r", 1)).isEmpty();
            assertThat(rollOuts.ofInstance("i")).isPresent();
            assertThat(rollOuts.facts("r")).hasSize(1);
        };
        // Outside a transaction PostgreSQL's driver would re-prepare the rejected statement; from the fifth execution on it is
        // server-prepared.
        TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(database));
        for (int time = 0; time < 6; time++) {
            transaction.executeWithoutResult(status -> readAll.run());
        }
        JdbcClient another = JdbcClient.create(new DriverManagerDataSource(database.getJdbcUrl(), database.getUsername(),
            database.getPassword()));
        for (String table : List.of("signonflow_roll_out", "signonflow_roll_out_row", "signonflow_roll_out_environment")) {
            another.sql("alter table " + table + " add column added varchar(10)").update();
        }
        transaction.executeWithoutResult(status -> readAll.run());
    }

    /** A roll-out shown by a node of version 1.0, with rows made ready, and sent for assignment, by nodes of both versions. */
    @Test
    void rowsHandledByBothVersionsAreAsShown() {
        add("a", 3);
        for (int line = 2; line <= 4; line++) {
            rollOuts.begun("a", line, "row-" + line);
            rollOuts.reached("row-" + line, READY, null, line == 2 ? null : "digest", Map.of());
        }
        rollOuts.move(row("a", 4), RowState.ASSIGNING);
        assertThat(row("a", 4).isShownWithoutDigest()).as("sent by version 1.0").isTrue();
        time.set(NOON.plusSeconds(60));
        rollOuts.wasShown("a", NOON.plusSeconds(60));
        assertThat(row("a", 2)).matches(Row::isAsShown).matches(Row::isShownWithoutDigest);
        assertThat(row("a", 3)).matches(Row::isAsShown).extracting(Row::shown).isEqualTo("digest");
        assertThat(rollOuts.changedSinceShown("a", 10)).isEmpty();
    }
}
