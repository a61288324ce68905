package org.signonflow.web;

import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.pingone.PingOneException;
import org.signonflow.rollout.CallBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Profiles;
import org.springframework.stereotype.Component;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Whether PingOne responds. Checked by one caller at a time, and not again for a while, however many ask: the calls count against the
 * licence's quota, which the flows need.
 */
@Component
class EnvironmentChecks {

    private static final Duration GOOD_FOR = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(EnvironmentChecks.class);

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

    /**
     * Tries the workers' credentials, so that a wrong secret is in the log before the first flow fails because of it. In the background:
     * PingOne may be unreachable only for now. The sandbox's own credentials need no check.
     */
    @EventListener(ApplicationReadyEvent.class)
    void atTheStart(ApplicationReadyEvent start) {
        boolean besideSandbox = start.getApplicationContext().getEnvironment().acceptsProfiles(Profiles.of("sandbox"));
        Thread trial = new Thread(() -> environments.aliases().stream().filter(alias -> !besideSandbox || !alias.equals("sandbox"))
            .map(this::of).filter(answer -> !answer.answers()).forEach(answer -> LOG.warn(
                "The PingOne environment {} cannot be used now: {} If this persists, check signonflow.environments.{}.",
                answer.alias(), answer.says(), answer.alias())), "environment-checks");
        trial.setDaemon(true);
        trial.start();
    }

    /** The last result; empty if there is none yet. Sends no call. */
    Optional<Answer> last(String alias) {
        return Optional.ofNullable(checks.get(alias)).filter(check -> check.task.isDone()).map(check -> of(check.task));
    }

    Answer of(String alias) {
        Instant now = clock.instant();
        Check check = checks.compute(alias, (name, last) -> last != null && (now.isBefore(last.until) || !last.task.isDone()) ? last
            : new Check(now.plus(GOOD_FOR), new FutureTask<>(() -> ask(name))));
        // Does nothing if another thread has begun it.
        check.task.run();
        return of(check.task);
    }

    private static Answer of(FutureTask<Answer> task) {
        try {
            return task.get();
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
            return new Answer(alias, true, "responds");
        } catch (PingOneException failure) {
            return new Answer(alias, false, failure.getMessage());
        } finally {
            budget.spent(alias, pingone.callsSent());
        }
    }
}
