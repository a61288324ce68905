package org.signonflow.web;

import org.signonflow.change.Change;
import org.signonflow.change.ChangeState;
import org.signonflow.terraform.Terraform;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.pingone.PingOneException;
import org.signonflow.rollout.CallBudget;
import org.signonflow.rollout.Review;
import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Exports changes to Terraform for the people who may see them. Each export reads PingOne: within the quota, for a limited time, so many
 * per person, and only a few at once.
 */
@Component
class TerraformExports {

    /** A row takes up to three calls, and no proxy should have given up before they are made. */
    static final int MOST_ROWS = 100;
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final Duration LONGEST_OF_ROLL_OUT = Duration.ofSeconds(50);
    private static final int AT_ONCE = 4;
    private static final int SECONDS_A_MINUTE = 60;

    private final Terraform terraform;
    private final VisibleChanges changes;
    private final RollOuts rollOuts;
    private final PingOneEnvironments environments;
    private final CallBudget budget;
    private final PlansPerMinute plans;
    private final Clock clock;
    private final Semaphore atOnce = new Semaphore(AT_ONCE);

    TerraformExports(Terraform terraform, VisibleChanges changes, RollOuts rollOuts, PingOneEnvironments environments, CallBudget budget,
                     PlansPerMinute plans, Clock clock) {
        this.terraform = terraform;
        this.changes = changes;
        this.rollOuts = rollOuts;
        this.environments = environments;
        this.budget = budget;
        this.plans = plans;
        this.clock = clock;
    }

    /**
     * What a completed change has created.
     *
     * @throws ResponseStatusException if there is nothing to export, or PingOne could not be read
     */
    String of(Change change, Authentication who) {
        ChangeView view = new ChangeView(change);
        if (view.isUndo()) {
            throw refusal("An undo creates nothing that Terraform could take over.");
        }
        if (change.state() != ChangeState.COMPLETED) {
            throw refusal(change.state() == ChangeState.CANCELLED
                ? "It was cancelled by an administrator. Only what has completed is exported."
                : change.state().hasEnded() ? "It did not complete. Nothing of it is left in PingOne."
                : "It has not completed yet. Only what is in effect is exported.");
        }
        String title = "%s: %s, policy %s.\nChange %s, completed at %s%s.".formatted(view.flow(), view.application(), change.policyName(),
            change.id(), change.endedAt(), change.undoneAt() == null ? "" : ", undone at " + change.undoneAt());
        return export(title, List.of(change), who, LONGEST);
    }

    /**
     * What the rows of a roll-out have created that are in effect.
     *
     * @param after the line of the last row of the part before
     * @param limit of rows; null for all, if that is not too many
     */
    String of(RollOut rollOut, int after, Integer limit, Authentication who) {
        if (limit != null && (limit < 1 || limit > MOST_ROWS)) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "limit: must be from 1 to %d.".formatted(MOST_ROWS));
        }
        if (rollOut.undoes() != null) {
            throw refusal("An undo creates nothing that Terraform could take over.");
        }
        if (rollOut.endedAt() == null) {
            throw refusal("It has not ended yet. Only what is in effect is exported.");
        }
        if (rollOut.stage() != Stage.COMPLETED) {
            throw refusal("It did not complete. Nothing of it is left in PingOne.");
        }
        int most = limit == null ? MOST_ROWS : limit;
        List<Row> rows = rollOuts.rows(rollOut.id(), RowState.COMPLETED, null, after, most + 1);
        if (rows.size() > most && limit == null) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, ("It has more than %d rows in effect. Ask for them in parts: with "
                + "limit=%d, and then also with after=<line of the last row so far>.").formatted(most, most));
        }
        List<Change> part = rows.stream().limit(most).map(row -> changes.find(row.instanceId(), who)).toList();
        int last = rows.size() <= most ? Integer.MAX_VALUE : rows.get(most - 1).line();
        String title = "Roll-out %s.\n%s, ended at %s.%s%s".formatted(rollOut.name(), rollOut.id(), rollOut.endedAt(),
            last == Integer.MAX_VALUE ? "" : "\nOnly the rows up to line %d; the next part has after=%<d.".formatted(last),
            leftOut(part, rollOuts.lines(rollOut.id(), null).stream().filter(line -> after < line && line <= last).toList()));
        return export(title, part, who, LONGEST_OF_ROLL_OUT);
    }

    /** Which lines are not exported, and why. */
    private static String leftOut(List<Change> completed, List<Integer> lines) {
        List<Integer> undone = completed.stream().filter(change -> change.undoneAt() != null).map(Change::line).toList();
        Set<Integer> known = completed.stream().map(Change::line).collect(Collectors.toSet());
        List<Integer> never = lines.stream().filter(line -> !known.contains(line)).toList();
        return (undone.stream().allMatch(line -> line <= 0) ? ""
                : "\nLeft out, undone since: %s.".formatted(Review.named(undone.stream().filter(line -> line > 0).toList())))
            + (undone.stream().allMatch(line -> line > 0) ? "" : "\nLeft out, undone since: the policy that rows shared.")
            + (never.isEmpty() ? "" : "\nLeft out, never took effect: %s.".formatted(Review.named(never)));
    }

    private static ResponseStatusException refusal(String sentence) {
        return new ResponseStatusException(HttpStatus.CONFLICT, sentence);
    }

    private String export(String title, List<Change> exported, Authentication who, Duration longest) {
        if (exported.stream().noneMatch(terraform::hasAny)) {
            throw refusal("Nothing of it is left in PingOne.");
        }
        exported.stream().map(Change::environment).filter(alias -> !environments.aliases().contains(alias)).findFirst().ifPresent(alias -> {
            throw refusal("Its environment, %s, is not configured.".formatted(alias));
        });
        if (!plans.take(who.getName())) {
            throw new ResponseStatusException(HttpStatus.TOO_MANY_REQUESTS, PlansPerMinute.BEYOND);
        }
        if (!atOnce.tryAcquire()) {
            throw new ResponseStatusException(HttpStatus.TOO_MANY_REQUESTS, "Others are exporting at this moment. Ask again in a minute.");
        }
        Reading reading = new Reading(clock.instant().plus(longest), !longest.equals(LONGEST));
        FutureTask<String> task = new FutureTask<>(() -> {
            try {
                return terraform.of(title, exported, reading);
            } finally {
                reading.payAll();
                atOnce.release();
            }
        });
        Thread reader = new Thread(task, "terraform");
        reader.setDaemon(true);
        reader.start();
        try {
            return task.get(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw late(reading, longest);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof PingOneException said) {
                throw reading.isOver ? late(reading, longest) : new ResponseStatusException(HttpStatus.BAD_GATEWAY,
                    "%s could not be read: %s".formatted(reading.what, said.getMessage()));
            }
            throw new IllegalStateException(failure.getCause());
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(end);
        }
    }

    private static ResponseStatusException late(Reading reading, Duration longest) {
        return new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT,
            "%s was still to be read after %d seconds, so nothing was exported.%s".formatted(reading.what, longest.toSeconds(), longest.equals(LONGEST) ? "" : " Ask for fewer rows with limit."));
    }

    /** One export's reading of PingOne: of a roll-out, no faster than the quota allows a roll-out. */
    private final class Reading implements Terraform.Access {

        private final Instant began = clock.instant();
        private final Instant end;
        private final Map<String, PingOneClient> clients = new ConcurrentHashMap<>();
        private final Map<String, Integer> paid = new ConcurrentHashMap<>();
        private final boolean waits;
        private volatile String what = "PingOne";
        private volatile boolean isOver;

        Reading(Instant end, boolean waits) {
            this.end = end;
            this.waits = waits;
        }

        @Override
        public PingOneClient client(String alias) {
            return clients.computeIfAbsent(alias, any -> environments.client(alias).withTransaction(null)
                .whileThereIsTime(() -> awaitTurn(alias)));
        }

        @Override
        public void reading(String now) {
            what = now;
        }

        /** Charges what was sent, so that everybody else waits for it, and waits in turn. */
        private boolean awaitTurn(String alias) {
            pay(alias);
            double perMinute = budget.perMinute(alias);
            double beyondASecond = waits && perMinute > 0 ? paid.get(alias) - perMinute / SECONDS_A_MINUTE : 0;
            Instant turn = beyondASecond <= 0 ? began
                : began.plusMillis((long) (beyondASecond * TimeUnit.MINUTES.toMillis(1) / perMinute));
            try {
                if (turn.isBefore(end)) {
                    TimeUnit.MILLISECONDS.sleep(Math.max(0, Duration.between(clock.instant(), turn).toMillis()));
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            isOver = !turn.isBefore(end) || !clock.instant().isBefore(end);
            return !isOver;
        }

        private void pay(String alias) {
            int sent = clients.get(alias).callsSent();
            budget.spent(alias, sent - paid.getOrDefault(alias, 0));
            paid.put(alias, sent);
        }

        void payAll() {
            clients.keySet().forEach(this::pay);
        }
    }
}
