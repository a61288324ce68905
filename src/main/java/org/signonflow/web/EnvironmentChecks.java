package org.signonflow.web;

import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.pingone.PingOneException;
import org.signonflow.rollout.CallBudget;
import org.springframework.stereotype.Component;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Whether PingOne answers, asked at most once in a while and by one at a time, however many want to know: the calls count against the
 * licence's quota, from which the flows live.
 */
@Component
class EnvironmentChecks {

    private static final Duration GOOD_FOR = Duration.ofSeconds(15);

    private final PingOneEnvironments environments;
    private final CallBudget budget;
    private final Clock clock;
    private final Map<String, Check> checks = new ConcurrentHashMap<>();

    EnvironmentChecks(PingOneEnvironments environments, CallBudget budget, Clock clock) {
        this.environments = environments;
        this.budget = budget;
        this.clock = clock;
    }

    /** @param says what is wrong, in PingOne's words where it has said something */
    record Answer(String alias, boolean answers, String says) {
    }

    private record Check(Instant until, FutureTask<Answer> task) {
    }

    Answer of(String alias) {
        Instant now = clock.instant();
        Check check = checks.compute(alias, (name, last) -> last != null && (now.isBefore(last.until) || !last.task.isDone()) ? last
            : new Check(now.plus(GOOD_FOR), new FutureTask<>(() -> ask(name))));
        // Does nothing where another has begun it.
        check.task.run();
        try {
            return check.task.get();
        } catch (ExecutionException failure) {
            throw new IllegalStateException(failure.getCause());
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(end);
        }
    }

    private Answer ask(String alias) {
        PingOneClient pingone = environments.client(alias).withTransaction(null);
        try {
            pingone.checkReachable();
            return new Answer(alias, true, "answers");
        } catch (PingOneException failure) {
            return new Answer(alias, false, failure.getMessage());
        } finally {
            budget.spent(alias, pingone.callsSent());
        }
    }
}
