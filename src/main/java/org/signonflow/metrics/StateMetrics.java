package org.signonflow.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.signonflow.change.BoundedQueries;
import org.signonflow.change.Checks;
import org.signonflow.change.DriftState;
import org.signonflow.process.Steps;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import javax.sql.DataSource;

/**
 * What waits, is stuck or has drifted: the same on every node, since all read it from the database. Each does so now and then, with one
 * query, and not when it is scraped: neither many scrapes nor a database that does not respond hold anything up. What is too old is no
 * number.
 */
@Component
class StateMetrics {

    private static final Logger LOG = LoggerFactory.getLogger(StateMetrics.class);
    private static final Duration GOOD_FOR = Duration.ofMinutes(1);
    private static final String OTHER = "OTHER";
    /** Others, which PingOne may come up with, count as one. */
    private static final Set<String> CODES = Set.of("ACCESS_FAILED", "INVALID_DATA", "INVALID_REQUEST", "INVALID_TOKEN", "NOT_FOUND",
        "REQUEST_FAILED", "REQUEST_LIMITED", "UNEXPECTED_ERROR", "invalid_client", "NO_REPLY", OTHER);
    /** The engine's tables, since its API neither groups nor says which due job is the oldest. Its last version does not alter them. */
    private static final String STATE = """
        select 'approvals' as what, null as step, null as code, count(*) as total, min(create_time_) as oldest from act_ru_task
        union all
        select 'jobs', null, null, count(*), min(coalesce(duedate_, create_time_)) from act_ru_job
            where retries_ > 0 and suspension_state_ = 1 and (duedate_ is null or duedate_ <= :now)
        union all
        select 'incidents', activity_id_, incident_code, count(*), null
            from act_ru_incident left join signonflow_change on incident_id = act_ru_incident.id_ group by activity_id_, incident_code""";

    /** @param since when the oldest has begun to wait; null if none does */
    private record Row(String what, String step, String code, int total, Instant since) {
    }

    private record Cause(String step, String code) {
    }

    /**
     * @param incidents only causes that there are
     * @param drifted   only states that there are
     */
    private record State(Instant at, Row approvals, Row jobs, Map<Cause, Integer> incidents, Map<DriftState, Integer> drifted) {
    }

    private final JdbcClient jdbc;
    private final MeterRegistry registry;
    private final Checks checks;
    private final Steps steps;
    private final Clock clock;
    private final Set<Cause> causes = ConcurrentHashMap.newKeySet();
    private volatile State state;
    private boolean failing;

    /** @param queryTimeout how long the database may take; whole seconds */
    StateMetrics(MeterRegistry registry, DataSource database, Checks checks, Steps steps, Clock clock,
                 @Value("${signonflow.security.query-timeout}") Duration queryTimeout) {
        this.jdbc = BoundedQueries.of(database, queryTimeout);
        this.registry = registry;
        this.checks = checks;
        this.steps = steps;
        this.clock = clock;
        gauge("signonflow.approvals.waiting", "Approvals that wait for a person. Whole system", Tags.empty(), now -> now.approvals.total);
        age("signonflow.approvals.oldest.age", "Since when the oldest of them waits; 0 if none does. Whole system",
            now -> age(now.approvals.since));
        gauge("signonflow.jobs.due", "Steps and timers that are due or being carried out. Whole system", Tags.empty(),
            now -> now.jobs.total);
        age("signonflow.jobs.oldest.due.age", "Since when the oldest of them is due; 0 if none is. Whole system",
            now -> age(now.jobs.since));
        for (DriftState drift : DriftState.values()) {
            if (drift != DriftState.UNCHANGED) {
                gauge("signonflow.changes.drifted", "Changes in effect that differ in PingOne. Whole system",
                    Tags.of("drift", drift.name()),
                    now -> now.drifted.getOrDefault(drift, 0));
            }
        }
        Gauge.builder("signonflow.state.age", () -> state == null ? Double.NaN : age(state.at)).baseUnit("seconds")
            .description("When this node last read from the database what holds for the whole system. Per node").register(registry);
    }

    @Scheduled(fixedDelay = 15, timeUnit = TimeUnit.SECONDS)
    void look() {
        try {
            if (causes.isEmpty()) {
                steps.all().forEach(step -> CODES.forEach(code -> known(new Cause(step, code))));
            }
            Instant now = clock.instant();
            state = state(now, jdbc.sql(STATE).param("now", Timestamp.from(now)).query((row, index) -> {
                Timestamp since = row.getTimestamp("oldest");
                return new Row(row.getString("what"), row.getString("step"), row.getString("code"), row.getInt("total"),
                    since == null ? null : since.toInstant());
            }).list());
            failing = false;
        } catch (DataAccessException | TransactionException failure) {
            if (!failing) {
                LOG.warn("What waits cannot be counted for the metrics now: {}", failure.toString());
            }
            failing = true;
        }
    }

    private State state(Instant now, List<Row> rows) {
        Map<Cause, Integer> incidents = new HashMap<>();
        Map<String, Row> single = new HashMap<>();
        for (Row row : rows) {
            if (row.what.equals("incidents")) {
                incidents.merge(known(new Cause(row.step == null ? OTHER : row.step,
                    row.code != null && CODES.contains(row.code) ? row.code : OTHER)), row.total, Integer::sum);
            } else {
                single.put(row.what, row);
            }
        }
        return new State(now, single.get("approvals"), single.get("jobs"), incidents, checks.count(null));
    }

    private Cause known(Cause cause) {
        if (causes.add(cause)) {
            gauge("signonflow.incidents", "Steps that have failed for good and wait for an operator. Whole system",
                Tags.of("step", cause.step, "code", cause.code), now -> now.incidents.getOrDefault(cause, 0));
        }
        return cause;
    }

    private void gauge(String name, String description, Tags tags, ToDoubleFunction<State> value) {
        Gauge.builder(name, () -> current(value)).description(description).tags(tags).register(registry);
    }

    private void age(String name, String description, ToDoubleFunction<State> value) {
        Gauge.builder(name, () -> current(value)).description(description).baseUnit("seconds").register(registry);
    }

    private double current(ToDoubleFunction<State> value) {
        State last = state;
        return last == null || clock.instant().isAfter(last.at.plus(GOOD_FOR)) ? Double.NaN : value.applyAsDouble(last);
    }

    private double age(Instant since) {
        return since == null ? 0 : Math.max(0, Duration.between(since, clock.instant()).toMillis() / 1000.0);
    }
}
