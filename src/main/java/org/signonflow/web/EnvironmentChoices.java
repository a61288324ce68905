package org.signonflow.web;

import org.signonflow.pingone.Application;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.pingone.PingOneException;
import org.signonflow.pingone.Resource;
import org.signonflow.rollout.CallBudget;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * What there is to choose from in PingOne, which cannot search. So a list is read once for all who ask within a minute, whatever they type
 * meanwhile; only a reading counts against the quota, and against what one person may request. A preview looks again.
 */
@Component
class EnvironmentChoices {

    private static final Duration GOOD_FOR = Duration.ofMinutes(1);
    /** After that nobody waits for an answer any longer, and no further page is requested. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final PingOneEnvironments environments;
    private final CallBudget budget;
    private final PlansPerMinute plans;
    private final Clock clock;
    private final Map<Key, Reading> readings = new ConcurrentHashMap<>();

    EnvironmentChoices(PingOneEnvironments environments, CallBudget budget, PlansPerMinute plans, Clock clock) {
        this.environments = environments;
        this.budget = budget;
        this.plans = plans;
        this.clock = clock;
    }

    /**
     * @param value what is submitted
     * @param note  what tells it from others of the same name; null for nothing
     */
    public record Choice(String value, String name, String note) {

        boolean matches(String part) {
            return Stream.of(name, value).anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)));
        }

        /** Itself where it is listed only because it is chosen. */
        Choice chosenBefore() {
            return new Choice(value, name, "chosen, " + note);
        }
    }

    private record Key(String alias, boolean scopes) {
    }

    private record Reading(Instant until, FutureTask<List<Choice>> task) {
    }

    /**
     * The scopes of the resource openid; empty if there is no such resource.
     *
     * @throws PingOneException        if the environment does not answer
     * @throws ResponseStatusException if there is no such environment, or the user has requested too much
     */
    List<Choice> scopes(String alias, String user) {
        return read(new Key(alias, true), user);
    }

    /** The applications by name; for the rest see {@link #scopes}. */
    List<Choice> applications(String alias, String user) {
        return read(new Key(alias, false), user);
    }

    private List<Choice> read(Key key, String user) {
        if (!environments.aliases().contains(key.alias)) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such PingOne environment.");
        }
        Instant now = clock.instant();
        Reading reading = readings.compute(key, (same, last) -> {
            if (last != null && now.isBefore(last.until)) {
                return last;
            }
            if (!plans.take(user)) {
                throw new ResponseStatusException(HttpStatus.TOO_MANY_REQUESTS, PlansPerMinute.BEYOND);
            }
            FutureTask<List<Choice>> task = new FutureTask<>(() -> ask(same));
            Thread reader = new Thread(task, "choices");
            reader.setDaemon(true);
            reader.start();
            return new Reading(now.plus(GOOD_FOR), task);
        });
        try {
            return reading.task.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            // It goes on, so that whoever asks next need not pay for another.
            throw new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT, "%s has not answered within %d seconds."
                .formatted(key.alias, LONGEST.toSeconds()));
        } catch (ExecutionException failure) {
            readings.remove(key, reading);
            if (failure.getCause() instanceof PingOneException said) {
                throw said;
            }
            throw new IllegalStateException(failure.getCause());
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(end);
        }
    }

    private List<Choice> ask(Key key) {
        Instant end = clock.instant().plus(LONGEST);
        PingOneClient pingone = environments.client(key.alias).withTransaction(null)
            .whileThereIsTime(() -> clock.instant().isBefore(end));
        try {
            return (key.scopes ? scopes(pingone) : pingone.listApplications().stream().map(EnvironmentChoices::of))
                .sorted(Comparator.comparing(Choice::name, String.CASE_INSENSITIVE_ORDER)).toList();
        } finally {
            budget.spent(key.alias, pingone.callsSent());
        }
    }

    private static Stream<Choice> scopes(PingOneClient pingone) {
        return pingone.listResources().stream().filter(resource -> "openid".equals(resource.name())).findFirst().map(Resource::id).stream()
            .flatMap(openid -> pingone.listScopes(openid).stream()).filter(scope -> scope.name() != null)
            .map(scope -> new Choice(scope.name(), scope.name(), null));
    }

    private static Choice of(Application application) {
        String type = application.type() == null ? "" : application.type().toLowerCase(Locale.ROOT).replace('_', ' ') + ", ";
        return new Choice(application.id(), application.name() == null ? "without a name" : application.name(), type + application.id());
    }
}
