package org.signonflow.change;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.TestDatabase;
import org.signonflow.harness.SettableClock;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static org.assertj.core.api.Assertions.assertThat;

/** The stored changes, on H2 and, in the second run, on PostgreSQL. */
class ChangesTest {

    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");

    private final SettableClock time = new SettableClock(NOON);
    private HikariDataSource database;
    private Changes changes;

    @BeforeEach
    void start() {
        Map<String, Object> settings = new HashMap<>();
        TestDatabase.register((name, value) -> settings.put(name, value.get()));
        database = new HikariDataSource();
        database.setJdbcUrl(settings.get("spring.datasource.url").toString());
        database.setUsername(settings.getOrDefault("spring.datasource.username", "sa").toString());
        database.setPassword(settings.getOrDefault("spring.datasource.password", "").toString());
        new ResourceDatabasePopulator(new ClassPathResource("db/migration/V3__roll_outs.sql"),
            new ClassPathResource("db/migration/V10__changes.sql"),
            new ClassPathResource("db/migration/V11__who_retried_and_rolled_back.sql"),
            new ClassPathResource("db/migration/V12__undo.sql"), new ClassPathResource("db/migration/V13__outcomes.sql"),
            new ClassPathResource("db/migration/V14__drift.sql"),
            new ClassPathResource("db/migration/V16__flows_about_changes.sql"),
            new ClassPathResource("db/migration/V17__acceptance.sql"),
            new ClassPathResource("db/migration/V19__causes_of_incidents.sql")).execute(database);
        changes = new Changes(database, time, Duration.ofSeconds(10));
    }

    @AfterEach
    void stop() {
        database.close();
    }

    private static Change change(String id, String application, String policy, String requester, Instant at, String rollOut) {
        return new Change(id, "configure-mfa-sign-on", "sandbox", application, null, policy, requester, at, null, rollOut,
            rollOut == null ? null : 2, ChangeState.CREATING, at, null, null, null, null, null, null, null, null, null, null, null);
    }

    private List<String> ids(ChangeFilter filter) {
        return changes.list(filter, null, 100).stream().map(Change::id).toList();
    }

    @Test
    void whatIsStoredComesBack() {
        Change change = new Change("one", "configure-passwordless-sign-on", "production", "App \uD83D\uDE80 %", "an-id", "P", "requester",
            NOON, "because", "roll-out", 7, ChangeState.DECLINED, NOON.plusSeconds(1), NOON.plusSeconds(2), "incident", "stuck", "refused",
            "operator", "decline", "approver", NOON.plusSeconds(3), "no", null, null);
        changes.add(change);
        assertThat(changes.find("one")).contains(change);
        assertThat(changes.find("two")).isEmpty();
    }

    @Test
    void itsLifeIsRecorded() {
        changes.add(change("one", "App", "P", "requester", NOON, null));
        time.set(NOON.plusSeconds(5));
        changes.stuck("one", "incident-1", "PingOne said no.");
        assertThat(changes.find("one")).hasValueSatisfying(stuck -> {
            assertThat(stuck.incidentId()).isEqualTo("incident-1");
            assertThat(stuck.incident()).isEqualTo("PingOne said no.");
        });
        changes.freed("one", "another");
        assertThat(ids(ChangeFilter.ALL.with(Standing.STUCK))).containsExactly("one");
        changes.retried("one", "another", "nobody");
        assertThat(changes.find("one").orElseThrow().retriedBy()).isNull();
        changes.freed("one", "incident-1");
        assertThat(ids(ChangeFilter.ALL.with(Standing.STUCK))).isEmpty();
        changes.stuck("one", "incident-2", "PingOne said no again.");
        changes.retried("one", "incident-2", "operator");
        assertThat(changes.find("one")).hasValueSatisfying(retried -> {
            assertThat(retried.incidentId()).isNull();
            assertThat(retried.retriedBy()).isEqualTo("operator");
            assertThat(retried.retriedAt()).isEqualTo(NOON.plusSeconds(5));
        });
        changes.reached("one", ChangeState.WAITING_FOR_APPROVAL);
        changes.decided("one", ChangeState.ASSIGNING, "approve", "approver", "x".repeat(5_000));
        time.set(NOON.plusSeconds(9));
        changes.reached("one", ChangeState.COMPLETED);
        assertThat(changes.find("one")).hasValueSatisfying(ended -> {
            assertThat(ended.state()).isEqualTo(ChangeState.COMPLETED);
            assertThat(ended.decidedBy()).isEqualTo("approver");
            assertThat(ended.decidedAt()).isEqualTo(NOON.plusSeconds(5));
            assertThat(ended.comment()).hasSize(4_000);
            assertThat(ended.endedAt()).isEqualTo(NOON.plusSeconds(9));
        });
    }

    /** A node of the version before may have brought it further; this version's record is never taken back. */
    @Test
    void aCorrectionGivesWayToWhatWasRecordedMeanwhile() {
        changes.add(change("one", "App", "P", "requester", NOON, null));
        Change seen = changes.find("one").orElseThrow();
        time.set(NOON.plusSeconds(1));
        changes.reached("one", ChangeState.WAITING_FOR_APPROVAL);
        changes.correct(seen, seen.in(ChangeState.COMPLETED, NOON));
        assertThat(changes.find("one").orElseThrow().state()).isEqualTo(ChangeState.WAITING_FOR_APPROVAL);
        Change waiting = changes.find("one").orElseThrow();
        changes.stuck("one", "incident", "x");
        changes.correct(waiting, waiting.in(ChangeState.COMPLETED, NOON));
        assertThat(changes.find("one").orElseThrow().state()).as("stuck meanwhile").isEqualTo(ChangeState.WAITING_FOR_APPROVAL);
        waiting = changes.find("one").orElseThrow();
        changes.correct(waiting, waiting.in(ChangeState.COMPLETED, NOON));
        assertThat(changes.find("one").orElseThrow().incidentId()).isNull();
        assertThat(changes.find("one").orElseThrow().endedAt()).isEqualTo(NOON);
    }

    @Test
    void theFilterNarrowsDown() {
        changes.add(change("one", "Banking App", "Bank_MFA", "anna", NOON, null));
        changes.add(change("two", "Portal", "Portal_MFA", "bert", NOON.plusSeconds(1), null));
        changes.add(change("three", "Shop", "Shop_MFA", "anna", NOON.plusSeconds(2), "roll-out"));
        changes.reached("two", ChangeState.COMPLETED);
        changes.stuck("three", "incident", "x");
        assertThat(ids(ChangeFilter.ALL)).containsExactly("three", "two", "one");
        assertThat(ids(ChangeFilter.ALL.alone())).containsExactly("two", "one");
        assertThat(ids(new ChangeFilter(null, null, null, null, null, null, null, null, true, null))).containsExactly("three");
        assertThat(ids(ChangeFilter.ALL.by("anna"))).containsExactly("three", "one");
        assertThat(ids(ChangeFilter.ALL.with(Standing.COMPLETED))).containsExactly("two");
        assertThat(ids(ChangeFilter.ALL.with(Standing.UNDER_WAY))).containsExactly("three", "one");
        assertThat(ids(ChangeFilter.ALL.with(Standing.ENDED))).containsExactly("two");
        assertThat(ids(ChangeFilter.ALL.with(Standing.STUCK))).containsExactly("three");
        assertThat(ids(new ChangeFilter(null, null, "sandbox", "configure-mfa-sign-on", null, NOON.plusSeconds(1), NOON.plusSeconds(2), null,
            null, null))).containsExactly("two");
        assertThat(ids(new ChangeFilter(null, null, "production", null, null, null, null, null, null, null))).isEmpty();
        assertThat(ids(new ChangeFilter(null, null, null, null, null, null, null, "roll-out", null, null))).containsExactly("three");
    }

    @Test
    void outcomesAreCountedByDayInUtc() {
        LocalDate today = LocalDate.parse("2026-11-27");
        Instant midnight = Instant.parse("2026-11-27T00:00:00Z");
        Outcomes outcomes = new Outcomes(database, Duration.ofSeconds(10));
        assertThat(outcomes.since(today.minusDays(29), null)).isEmpty();
        ended("before", "anna", midnight.minus(Duration.ofDays(29)).minusMillis(1), Duration.ofHours(1), ChangeState.COMPLETED);
        ended("first", "anna", midnight.minus(Duration.ofDays(29)), Duration.ofMinutes(10), ChangeState.COMPLETED);
        ended("last of yesterday", "bert", midnight.minusMillis(1), null, ChangeState.REJECTED);
        ended("one", "anna", midnight, Duration.ofMinutes(10), ChangeState.COMPLETED);
        ended("two", "anna", NOON, Duration.ofMinutes(20), ChangeState.COMPLETED);
        ended("three", "bert", NOON, Duration.ofMinutes(90), ChangeState.COMPLETED);
        ended("four", "bert", NOON, null, ChangeState.ROLLED_BACK);
        assertThat(outcomes.since(today.minusDays(29), null)).isEqualTo(Map.of(
            today.minusDays(29), new Outcomes.Day(Map.of(Standing.COMPLETED, 1), Duration.ofMinutes(10)),
            today.minusDays(1), new Outcomes.Day(Map.of(Standing.REJECTED, 1), null),
            today, new Outcomes.Day(Map.of(Standing.COMPLETED, 3, Standing.ROLLED_BACK, 1), Duration.ofMinutes(20))));
        assertThat(outcomes.since(today, "anna")).isEqualTo(Map.of(
            today, new Outcomes.Day(Map.of(Standing.COMPLETED, 2), Duration.ofMinutes(15))));
    }

    @Test
    void whatWasUndoneCountsAsUndoneAndItsUndoNotAtAll() {
        LocalDate today = LocalDate.parse("2026-11-27");
        ended("stays", "anna", NOON.minus(Duration.ofDays(1)), Duration.ofMinutes(10), ChangeState.COMPLETED);
        ended("undone", "anna", NOON.minus(Duration.ofDays(1)), Duration.ofMinutes(30), ChangeState.COMPLETED);
        ended("undo", Flow.UNDO, "anna", NOON, Duration.ofMinutes(90), ChangeState.COMPLETED);
        ended("declined", Flow.UNDO, "anna", NOON, null, ChangeState.DECLINED);
        changes.claim("undone", "undo");
        changes.undone("undone", "undo");
        assertThat(new Outcomes(database, Duration.ofSeconds(10)).since(today.minusDays(29), null)).isEqualTo(Map.of(
            today.minusDays(1), new Outcomes.Day(Map.of(Standing.COMPLETED, 1, Standing.UNDONE, 1), Duration.ofMinutes(20))));
    }

    private void ended(String id, String requester, Instant at, Duration toApproval, ChangeState state) {
        ended(id, "configure-mfa-sign-on", requester, at, toApproval, state);
    }

    /** @param toApproval how long it had waited when it was approved, just before it ended; null if it was not */
    private void ended(String id, String flow, String requester, Instant at, Duration toApproval, ChangeState state) {
        Instant requested = toApproval == null ? at : at.minus(toApproval);
        changes.add(new Change(id, flow, "sandbox", "App", null, "P", requester, requested, null, null, null, state, at, at,
            null, null, null, null, toApproval == null ? null : "approve", toApproval == null ? null : "approver",
            toApproval == null ? null : at, null, null, null));
    }

    @ParameterizedTest
    @CsvSource({"banking, one", "BANK_MFA, one", "one, one", "portal's name, two", "50%, three", "a_b, three", "!, three", "_MFA', ''",
        "x%x, ''", "ÜBER, four", "\\, three", "b!\\, three", "\\\\, ''", "\\%, ''"})
    void theSearchTakesItsTextLiterally(String text, String found) {
        changes.add(change("one", "Banking App", "Bank_MFA", "anna", NOON, null));
        changes.add(change("two", null, "P", "anna", NOON, null));
        changes.named("two", "Portal's name");
        changes.add(change("three", "50% a_b!\\", "aXb", "anna", NOON, null));
        changes.add(change("four", "über", "xx", "anna", NOON, null));
        assertThat(String.join(",", ids(new ChangeFilter(text, null, null, null, null, null, null, null, null, null)))).isEqualTo(found);
    }

    /** With many requested in the same millisecond, as the rows of a roll-out are. */
    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "app")
    void pagesAreCompleteAndDoNotOverlap(String text) {
        ChangeFilter filter = new ChangeFilter(text, null, null, null, null, null, null, null, null, null);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            String id = "%02d".formatted(i);
            changes.add(change(id, "App", "P", "anna", NOON.plus(Duration.ofSeconds(i / 10)), null));
            all.add(0, id);
        }
        List<String> seen = new ArrayList<>();
        Change last = null;
        for (List<Change> page = changes.list(filter, null, 7); !page.isEmpty(); page = changes.list(filter, last, 7)) {
            page.forEach(change -> seen.add(change.id()));
            last = page.get(page.size() - 1);
        }
        assertThat(seen).isEqualTo(all);
    }
}
