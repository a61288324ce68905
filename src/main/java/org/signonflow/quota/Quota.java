package org.signonflow.quota;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.jdbc.PrimaryKeyMapper;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.postgresql.Bucket4jPostgreSQL;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import javax.sql.DataSource;

/**
 * One call budget per PingOne licence, which keeps every minute within the licence's limit.
 *
 * <p>A caller that finds the budget empty reserves the next calls to become free and is told when that will be: however many wait, each
 * comes back once, in the order of asking. Nothing blocks here. A roll-out reserves in a queue of its own, and only then takes what people
 * have left over, or returns to the end of its queue.
 *
 * <p>Thread-safe; budgets in PostgreSQL can be shared by nodes with synchronised clocks.
 */
public final class Quota {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration LONGEST_STATEMENT = Duration.ofSeconds(10);

    /**
     * @param all      counts every call
     * @param rollOuts also counts those of roll-outs and checks
     * @param atOnce   how many may be made at once
     */
    private record Budget(Licence licence, Bucket all, Bucket rollOuts, int atOnce) {
    }

    private final Map<String, Budget> budgets = new HashMap<>();
    private final QuotaObserver observer;

    private Quota(Map<String, Licence> licences, QuotaObserver observer, BiFunction<String, BucketConfiguration, Bucket> buckets) {
        this.observer = observer;
        Map<Licence, Budget> byLicence = new HashMap<>();
        licences.forEach((environment, licence) -> {
            if (licence.callsPerMinute() > 0) {
                budgets.put(environment, byLicence.computeIfAbsent(licence, each -> budget(each, buckets)));
            }
        });
    }

    /**
     * Budgets of this node alone; they start afresh when it restarts.
     *
     * @param licences by the alias of the environment; some may have the same
     */
    public static Quota ofOneNode(Map<String, Licence> licences, Clock clock, QuotaObserver observer) {
        return new Quota(licences, observer, (name, limit) -> Bucket.builder().addLimit(limit.getBandwidths()[0])
            .withCustomTimePrecision(new Time(clock)).build());
    }

    /**
     * Budgets that all nodes on the database share.
     *
     * @param licences   by the alias of the environment; some may have the same
     * @param postgresql has the table {@code signonflow_quota}; each request is a transaction of its own
     */
    public static Quota ofAllNodes(Map<String, Licence> licences, Clock clock, DataSource postgresql, QuotaObserver observer) {
        ProxyManager<String> proxies = Bucket4jPostgreSQL.selectForUpdateBasedBuilder(postgresql).primaryKeyMapper(PrimaryKeyMapper.STRING)
            .table("signonflow_quota").idColumn("bucket").stateColumn("state")
            .clientClock(new Time(clock)).requestTimeout(LONGEST_STATEMENT).build();
        return new Quota(licences, observer, (name, limit) -> proxies.builder().build(name, () -> limit));
    }

    /**
     * Takes calls out of the budget, or reserves them.
     *
     * @param waited whether the wait returned by an earlier call is over
     * @return zero to call now; otherwise how long to wait before asking once more. A check has nothing reserved then, and asks anew
     */
    public Duration take(String environment, Lane lane, int calls, boolean waited) {
        Budget budget = budgets.get(environment);
        if (budget == null || waited && lane == Lane.PEOPLE) {
            return Duration.ZERO;
        }
        Duration wait = switch (lane) {
            case PEOPLE -> use(budget, lane, calls);
            case ROLL_OUT -> takeInTurn(budget, calls, waited);
            case CHECK -> takeWhatIsLeft(budget, calls);
        };
        if (!wait.isZero()) {
            observer.waits(budget.licence, lane, wait);
        }
        return wait;
    }

    private Duration takeInTurn(Budget budget, int calls, boolean waited) {
        Duration turn = waited ? Duration.ZERO : reserve(budget.rollOuts, calls);
        if (!turn.isZero()) {
            return turn;
        }
        ConsumptionProbe left = budget.all.tryConsumeAndReturnRemaining(1);
        if (!left.isConsumed()) {
            return reserve(budget.rollOuts, calls).plusNanos(left.getNanosToWaitForRefill());
        }
        observer.used(budget.licence, Lane.ROLL_OUT, 1);
        if (calls > 1) {
            use(budget, Lane.ROLL_OUT, calls - 1);
        }
        return Duration.ZERO;
    }

    /** Reserves nothing while others wait, and leaves people half of what may be called at once. */
    private Duration takeWhatIsLeft(Budget budget, int calls) {
        EstimationProbe left = budget.all.estimateAbilityToConsume((budget.atOnce + 1) / 2);
        if (!left.canBeConsumed()) {
            return Duration.ofNanos(left.getNanosToWaitForRefill());
        }
        ConsumptionProbe turn = budget.rollOuts.tryConsumeAndReturnRemaining(1);
        if (!turn.isConsumed()) {
            return Duration.ofNanos(turn.getNanosToWaitForRefill());
        }
        use(budget, Lane.CHECK, calls);
        if (calls > 1) {
            reserve(budget.rollOuts, calls - 1);
        }
        return Duration.ZERO;
    }

    /** Counts calls that were made without being taken first; later callers will wait for them. */
    public void owe(String environment, Lane lane, int calls) {
        Budget budget = budgets.get(environment);
        if (budget != null && calls > 0) {
            use(budget, lane, calls);
            if (lane != Lane.PEOPLE) {
                reserve(budget.rollOuts, calls);
            }
        }
    }

    /** How many calls may be taken at once without exceeding the licence: one second's worth. Unlimited without a quota. */
    public int atOnce(String environment) {
        Budget budget = budgets.get(environment);
        return budget == null ? Integer.MAX_VALUE : budget.atOnce;
    }

    /** How many calls become free per minute; 0 without a quota. */
    public static long perMinute(Licence licence, Lane lane) {
        long refill = licence.callsPerMinute() * 29L / 30;
        return lane == Lane.PEOPLE ? refill : refill * 9 / 10;
    }

    private Duration use(Budget budget, Lane lane, int calls) {
        observer.used(budget.licence, lane, calls);
        return reserve(budget.all, calls);
    }

    private static Duration reserve(Bucket bucket, int calls) {
        return Duration.ofNanos(bucket.consumeIgnoringRateLimits(calls));
    }

    /**
     * Burst and refill together stay below the licence's limit, whenever its minute begins. At most one second's calls are made at once; a
     * sixtieth is kept for calls that leave slightly late and for unforeseen ones.
     */
    private static Budget budget(Licence licence, BiFunction<String, BucketConfiguration, Bucket> buckets) {
        long perMinute = licence.callsPerMinute();
        // Another limit needs another bucket, since the stored state keeps its original limit.
        String name = "%s: %d a minute".formatted(licence.name(), perMinute);
        long second = Math.max(1, perMinute / 60);
        return new Budget(licence, buckets.apply(name, limit(second, perMinute(licence, Lane.PEOPLE))),
            buckets.apply(name + ", roll-outs", limit(1, perMinute(licence, Lane.ROLL_OUT))), (int) second);
    }

    private static BucketConfiguration limit(long capacity, long perMinute) {
        return BucketConfiguration.builder().addLimit(limit -> limit.capacity(capacity).refillGreedy(perMinute, MINUTE)).build();
    }

    private record Time(Clock clock) implements TimeMeter {

        @Override
        public long currentTimeNanos() {
            Instant now = clock.instant();
            return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }
}
