package org.signonflow.quota;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.signonflow.TestDatabase;
import org.signonflow.harness.SettableClock;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import javax.sql.DataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The budget with a clock that jumps from one event to the next: who may call when. */
class QuotaTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int PER_MINUTE = 600;
    private static final Map<String, Licence> LICENCES = Map.of(
        "test", new Licence("shared", PER_MINUTE),
        "production", new Licence("shared", PER_MINUTE),
        "elsewhere", new Licence("other", PER_MINUTE));

    private static HikariDataSource postgresql;

    private final SettableClock clock = new SettableClock(NOON);

    /** Where the budgets are stored. */
    enum Home {
        MEMORY {
            @Override
            Quota quota(Clock clock) {
                return Quota.ofOneNode(LICENCES, clock, QuotaObserver.NONE);
            }
        },
        POSTGRESQL {
            @Override
            Quota quota(Clock clock) {
                return Quota.ofAllNodes(LICENCES, clock, postgresql(), QuotaObserver.NONE);
            }
        };

        abstract Quota quota(Clock clock);
    }

    /** A caller that wants one call, or retries at the time it was given. */
    private record Job(Instant at, Lane lane, Instant asked, int waits) {

        static Job of(Lane lane, Duration after) {
            return new Job(NOON.plus(after), lane, NOON.plus(after), 0);
        }

        Duration waited() {
            return Duration.between(asked, at);
        }
    }

    private static synchronized DataSource postgresql() {
        if (postgresql == null) {
            postgresql = new HikariDataSource();
            postgresql.setJdbcUrl(TestDatabase.postgres());
            postgresql.setUsername("postgres");
            postgresql.setPassword("postgres");
            new ResourceDatabasePopulator(new ClassPathResource("db/migration/V2__quota.sql")).execute(postgresql);
        }
        return postgresql;
    }

    @BeforeEach
    void startFresh() {
        if (postgresql != null) {
            JdbcClient.create(postgresql).sql("delete from signonflow_quota").update();
        }
    }

    @AfterAll
    static void close() {
        if (postgresql != null) {
            postgresql.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyMinuteUsesTheQuotaAndNoMore(Home home) {
        List<Job> done = run(home.quota(clock), jobs(1_500, Lane.PEOPLE, Duration.ZERO, Duration.ZERO));

        assertThat(mostInAMinute(done)).isBetween(PER_MINUTE * 95 / 100, PER_MINUTE);
        assertThat(done).extracting(Job::waits).containsOnly(0, 1);
        assertThat(done).as("first come, first served").isSortedAccordingTo(Comparator.comparing(Job::at));
        Duration least = MINUTE.multipliedBy(done.size()).dividedBy(PER_MINUTE);
        assertThat(done.get(done.size() - 1).waited()).isLessThan(least.multipliedBy(100).dividedBy(95));
    }

    @ParameterizedTest
    @EnumSource
    void anOccasionalCallerNeverWaits(Home home) {
        List<Job> done = run(home.quota(clock), jobs(300, Lane.PEOPLE, Duration.ZERO, Duration.ofMillis(110)));

        assertThat(done).extracting(Job::waits).containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource
    void aRollOutLeavesPeopleATenth(Home home) {
        List<Job> jobs = jobs(1_000, Lane.ROLL_OUT, Duration.ZERO, Duration.ZERO);
        for (int flow = 0; flow < 9; flow++) {
            jobs.addAll(jobs(7, Lane.PEOPLE, Duration.ofSeconds(10L * flow + 5), Duration.ofMillis(50)));
        }
        List<Job> done = run(home.quota(clock), jobs);

        assertThat(waits(done, Lane.PEOPLE)).containsOnly(Duration.ZERO);
        assertThat(mostInAMinute(done)).isLessThanOrEqualTo(PER_MINUTE);
        assertThat(waits(done, Lane.ROLL_OUT)).as("at nine tenths").allMatch(wait -> wait.compareTo(Duration.ofSeconds(120)) < 0);
    }

    @ParameterizedTest
    @EnumSource
    void peopleTakePrecedenceOverARollOut(Home home) {
        List<Job> jobs = jobs(500, Lane.ROLL_OUT, Duration.ZERO, Duration.ZERO);
        jobs.addAll(jobs(300, Lane.PEOPLE, Duration.ofSeconds(10), Duration.ZERO));
        List<Job> done = run(home.quota(clock), jobs);

        assertThat(done).hasSize(800);
        assertThat(mostInAMinute(done)).isLessThanOrEqualTo(PER_MINUTE);
        assertThat(waits(done, Lane.PEOPLE)).as("as if they were alone").allMatch(wait -> wait.compareTo(Duration.ofSeconds(32)) < 0);
        assertThat(waits(done, Lane.ROLL_OUT)).as("what is left is used").allMatch(wait -> wait.compareTo(Duration.ofSeconds(125)) < 0);
        assertThat(done).as("nobody polls").extracting(Job::waits).allMatch(waits -> waits <= 3);
    }

    @ParameterizedTest
    @EnumSource
    void aCheckTakesWhatIsLeft(Home home) {
        Quota quota = home.quota(clock);
        int checks = 0;
        Duration longest = Duration.ZERO;
        Instant turn = NOON;
        for (Instant now = NOON; now.isBefore(NOON.plusSeconds(60)); now = now.plusMillis(50)) {
            clock.set(now);
            if (!now.isBefore(turn)) {
                Duration wait = quota.take("test", Lane.CHECK, 3, false);
                checks += wait.isZero() ? 3 : 0;
                turn = now.plus(wait);
            }
            // A flow of seven calls every ten seconds.
            if (Duration.between(NOON, now).toMillis() % 10_000 < 350) {
                Duration wait = quota.take("test", Lane.PEOPLE, 1, false);
                longest = wait.compareTo(longest) > 0 ? wait : longest;
            }
        }
        assertThat(longest).isLessThan(Duration.ofMillis(300));
        assertThat(checks).isBetween(PER_MINUTE / 2, PER_MINUTE * 9 / 10);
    }

    @ParameterizedTest
    @EnumSource
    void aCheckWaitsWhileARollOutDoes(Home home) {
        Quota quota = home.quota(clock);
        Duration rollOut = quota.take("test", Lane.ROLL_OUT, 300, false);
        rollOut = rollOut.plus(quota.take("test", Lane.ROLL_OUT, 1, false));
        assertThat(rollOut).isPositive();
        for (int second = 0; second < 30; second++) {
            clock.set(NOON.plusSeconds(second));
            assertThat(quota.take("test", Lane.CHECK, 1, false)).as("second " + second).isPositive();
        }
        clock.set(NOON.plusSeconds(60));
        assertThat(quota.take("test", Lane.CHECK, 1, false)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void unplannedCallsDelayOthers(Home home) {
        Quota quota = home.quota(clock);
        quota.owe("test", Lane.ROLL_OUT, PER_MINUTE);
        assertThat(quota.take("test", Lane.PEOPLE, 1, false)).isBetween(MINUTE, MINUTE.plusSeconds(2));
        assertThat(quota.take("test", Lane.ROLL_OUT, 1, false)).isBetween(MINUTE.plusSeconds(5), MINUTE.plusSeconds(10));
    }

    @ParameterizedTest
    @EnumSource
    void severalCallsAreTakenAtOnce(Home home) {
        Quota quota = home.quota(clock);
        for (Lane lane : List.of(Lane.PEOPLE, Lane.ROLL_OUT)) {
            assertThat(quota.take("test", lane, 4, true)).as(lane.toString()).isZero();
        }
        Duration wait = quota.take("test", Lane.PEOPLE, 40, false);
        // Ten were available, four of which the roll-out has used.
        assertThat(wait).isBetween(Duration.ofSeconds(34 * 60).dividedBy(PER_MINUTE), Duration.ofSeconds(36 * 60).dividedBy(PER_MINUTE));
    }

    @ParameterizedTest
    @EnumSource
    void environmentsWithOneLicenceShareItsBudget(Home home) {
        Quota quota = home.quota(clock);
        quota.take("test", Lane.PEOPLE, PER_MINUTE, false);
        assertThat(quota.take("production", Lane.PEOPLE, 1, false)).isPositive();
        assertThat(quota.take("elsewhere", Lane.PEOPLE, 1, false)).isZero();
    }

    @Test
    void nodesOnOneDatabaseShareTheBudget() {
        Quota one = Home.POSTGRESQL.quota(clock);
        Quota other = Home.POSTGRESQL.quota(clock);
        List<Job> done = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            Duration wait = (i % 2 == 0 ? one : other).take("test", Lane.PEOPLE, 1, false);
            done.add(new Job(NOON.plus(wait), Lane.PEOPLE, NOON, 1));
        }
        assertThat(mostInAMinute(run(one, jobs(400, Lane.PEOPLE, Duration.ofSeconds(1), Duration.ZERO), done)))
            .isBetween(PER_MINUTE * 95 / 100, PER_MINUTE);
    }

    @Test
    void withoutAQuotaNothingIsChecked() {
        Quota quota = Quota.ofAllNodes(Map.of("test", new Licence("none", 0)), clock, new AbstractDataSource() {
            @Override
            public Connection getConnection() {
                throw new AssertionError("asked");
            }

            @Override
            public Connection getConnection(String username, String password) {
                return getConnection();
            }
        }, QuotaObserver.NONE);
        assertThat(quota.take("test", Lane.ROLL_OUT, 100_000, false)).isZero();
        quota.owe("test", Lane.PEOPLE, 100_000);
        assertThat(quota.take("test", Lane.PEOPLE, 100_000, false)).isZero();
    }

    /** Each call once, when it is taken: not again when its wait is over. */
    @Test
    void whatIsUsedAndWaitedForIsObserved() {
        Map<Lane, Integer> used = new EnumMap<>(Lane.class);
        List<Lane> waits = new ArrayList<>();
        Quota quota = Quota.ofOneNode(LICENCES, clock, new QuotaObserver() {
            @Override
            public void used(Licence licence, Lane lane, int calls) {
                assertThat(licence.name()).isEqualTo("shared");
                used.merge(lane, calls, Integer::sum);
            }

            @Override
            public void waits(Licence licence, Lane lane, Duration wait) {
                waits.add(lane);
            }
        });
        assertThat(quota.take("test", Lane.ROLL_OUT, 1, false)).isZero();
        assertThat(quota.take("test", Lane.PEOPLE, 10, false)).isPositive();
        assertThat(quota.take("test", Lane.PEOPLE, 10, true)).isZero();
        assertThat(quota.take("test", Lane.ROLL_OUT, 5, false)).isPositive();
        assertThat(quota.take("production", Lane.CHECK, 1, false)).isPositive();
        quota.owe("test", Lane.CHECK, 2);
        assertThat(used).isEqualTo(Map.of(Lane.ROLL_OUT, 1, Lane.PEOPLE, 10, Lane.CHECK, 2));
        assertThat(waits).containsExactly(Lane.PEOPLE, Lane.ROLL_OUT, Lane.CHECK);
    }

    @Test
    void theCallsOfOneSecondMayBeMadeTogether() {
        assertThat(Home.MEMORY.quota(clock).atOnce("test")).isEqualTo(10);
        assertThat(Quota.ofOneNode(Map.of("slow", new Licence("slow", 10)), clock, QuotaObserver.NONE).atOnce("slow")).isEqualTo(1);
        assertThat(Quota.ofOneNode(Map.of("free", new Licence("free", 0)), clock, QuotaObserver.NONE).atOnce("free"))
            .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void anInvalidBudgetIsRefused() {
        for (int perMinute : new int[] {-1, 1, 9}) {
            assertThatThrownBy(() -> new Licence("trial", perMinute)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The licence 'trial': calls-per-minute must be 0, for no quota, or at least 10, not %d.", perMinute);
        }
        Quota smallest = Quota.ofOneNode(Map.of("test", new Licence("trial", 10)), clock, QuotaObserver.NONE);
        assertThat(smallest.take("test", Lane.PEOPLE, 1, false)).isZero();
        assertThat(smallest.take("test", Lane.ROLL_OUT, 1, false)).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(15));
    }

    private static List<Job> jobs(int count, Lane lane, Duration first, Duration apart) {
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            jobs.add(Job.of(lane, first.plus(apart.multipliedBy(i))));
        }
        return jobs;
    }

    private List<Job> run(Quota quota, List<Job> jobs) {
        return run(quota, jobs, List.of());
    }

    /** Advances time until every job has called; returns them in the order of their calls, including those that already have. */
    private List<Job> run(Quota quota, List<Job> jobs, List<Job> already) {
        PriorityQueue<Job> coming = new PriorityQueue<>(Comparator.comparing(Job::at));
        coming.addAll(jobs);
        List<Job> done = new ArrayList<>(already);
        while (!coming.isEmpty()) {
            Job job = coming.remove();
            clock.set(job.at);
            Duration wait = quota.take("test", job.lane, 1, job.waits > 0);
            if (wait.isZero()) {
                done.add(job);
            } else {
                assertThat(job.waits).isLessThan(20);
                coming.add(new Job(job.at.plus(wait), job.lane, job.asked, job.waits + 1));
            }
        }
        return done;
    }

    private static List<Duration> waits(List<Job> done, Lane lane) {
        return done.stream().filter(job -> job.lane == lane).map(Job::waited).toList();
    }

    /** Of all minutes, including those that start in the middle of one. */
    private static int mostInAMinute(List<Job> done) {
        List<Instant> times = done.stream().map(Job::at).sorted().toList();
        int most = 0;
        int first = 0;
        for (int last = 0; last < times.size(); last++) {
            while (!times.get(first).plus(MINUTE).isAfter(times.get(last))) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }
}
