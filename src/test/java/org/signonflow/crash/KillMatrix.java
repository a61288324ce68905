package org.signonflow.crash;

import org.signonflow.Table;
import org.signonflow.crash.CrashPoint.Moment;
import org.signonflow.crash.CrashPoint.Way;
import org.signonflow.harness.Rest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import static org.awaitility.Awaitility.await;

/**
 * Kills the engine, round after round. In each round one instance is started for every point and driven there; once all are held, each at
 * its own point, a single SIGKILL hits them all. Then the engine is restarted, and the outcome is judged.
 */
final class KillMatrix implements AutoCloseable {

    private static final Duration LONGEST_RECOVERY = Duration.ofMinutes(4);

    private final Stage stage;
    private final List<CrashPoint> points;
    private final Map<CrashPoint, List<String>> failures = new LinkedHashMap<>();
    private final List<String> elsewhere = new ArrayList<>();
    private final List<FlowRun> everyRun = new ArrayList<>();
    private final ExecutorService deciders = Executors.newCachedThreadPool();
    private Engine engine;
    private int rounds;

    KillMatrix(Stage stage, List<CrashPoint> points) throws IOException {
        this.stage = stage;
        this.points = points;
        points.forEach(point -> failures.put(point, new ArrayList<>()));
        engine = stage.startEngine("engine");
    }

    void round() throws IOException {
        rounds++;
        // An environment takes at most a hundred policies.
        stage.reset();
        everyRun.clear();
        Map<CrashPoint, FlowRun> undos = undo(points.stream().filter(CrashPoint::isOfUndo).toList());
        long begun = System.nanoTime();
        List<Attempt> attempts = new ArrayList<>();
        for (CrashPoint point : points) {
            attempts.add(new Attempt(point, "%s-%d-%d".formatted(point.flow(), rounds, attempts.size()), undos.get(point)));
        }
        await("all held before the first call gives up").atMost(stage.times().call()).pollInterval(Duration.ofMillis(200)).until(() -> {
            Map<String, String> approvals = engine.approvals();
            for (Attempt attempt : attempts) {
                attempt.drive(approvals);
            }
            return attempts.stream().allMatch(Attempt::isHeld);
        });
        Duration held = Duration.ofNanos(System.nanoTime() - begun);
        if (held.compareTo(stage.times().call()) > 0) {
            throw new IllegalStateException("It took %s to hold all: by then the calls of the first ones have timed out.".formatted(held));
        }
        engine.kill();
        stage.proxy.engineIsDead();
        for (Attempt attempt : attempts) {
            attempt.letGo();
        }
        // However long the start takes: an instance to be rolled back must be so before any of its jobs runs again.
        Path jobsWait = Files.createFile(stage.holds().resolve(Hold.JOBS_WAIT));
        engine = stage.startEngine("engine");
        for (Attempt attempt : attempts) {
            attempt.afterRestart();
        }
        Files.delete(jobsWait);
        List<String> open = new ArrayList<>(attempts.stream().map(attempt -> attempt.run.instanceId()).toList());
        long recovering = System.nanoTime();
        while (!open.isEmpty() && System.nanoTime() - recovering < LONGEST_RECOVERY.toNanos()) {
            Map<String, String> approvals = engine.approvals();
            for (Attempt attempt : attempts) {
                attempt.drive(approvals);
            }
            open.removeAll(engine.ended(open));
            open.removeAll(engine.incidents().keySet());
            await().pollDelay(Duration.ofMillis(500)).until(() -> true);
        }
        Map<String, List<String>> violations = Invariants.violations(stage, engine, everyRun, 1);
        attempts.forEach(attempt -> violations.getOrDefault(attempt.run.instanceId(), List.of()).forEach(violation ->
            failures.get(attempt.point).add("round %d, instance %s: %s".formatted(rounds, attempt.run.instanceId(), violation))));
        violations.getOrDefault("", List.of()).forEach(violation -> elsewhere.add("round %d: %s".formatted(rounds, violation)));
        System.out.printf("%s, round %d: %d instances held after %s s, all ended %s s after the restart%n", stage.database, rounds,
            attempts.size(), held.toSeconds(), Duration.ofNanos(System.nanoTime() - recovering).toSeconds());
    }

    /**
     * Completes a flow for each point, has it undone, and returns once all undos wait for their approval: the first look takes longest. Of
     * an undo that is killed before that, what it is to undo is returned.
     */
    private Map<CrashPoint, FlowRun> undo(List<CrashPoint> undone) throws IOException {
        Map<CrashPoint, FlowRun> runs = new LinkedHashMap<>();
        if (undone.isEmpty()) {
            return runs;
        }
        for (CrashPoint point : undone) {
            runs.put(point, FlowRun.start(engine, stage, "%s-%d-undone-%d".formatted(point.flow(), rounds, runs.size()), point.flow(),
                Way.APPROVED));
            stage.proxy.letPass(runs.get(point).instanceId());
        }
        List<String> instances = runs.values().stream().map(FlowRun::instanceId).toList();
        await("all completed").atMost(LONGEST_RECOVERY).pollInterval(Duration.ofMillis(200)).until(() -> {
            for (Map.Entry<String, String> approval : engine.approvals().entrySet()) {
                if (instances.contains(approval.getKey())) {
                    engine.decide(approval.getValue(), "approve");
                }
            }
            return engine.ended(instances).size() == instances.size();
        });
        List<String> undos = new ArrayList<>();
        for (Map.Entry<CrashPoint, FlowRun> run : runs.entrySet()) {
            if (!run.getKey().isBeforeApproval()) {
                run.setValue(FlowRun.undo(engine, run.getValue(), run.getKey().way()));
                stage.proxy.expect(run.getValue().instanceId(), run.getKey());
                undos.add(run.getValue().instanceId());
            }
        }
        await("all wait").atMost(LONGEST_RECOVERY).pollInterval(Duration.ofMillis(200)).until(() ->
            engine.approvals().keySet().containsAll(undos));
        return runs;
    }

    /** @return the violations, one sentence each */
    List<String> violations() {
        List<String> all = new ArrayList<>(elsewhere);
        failures.forEach((point, sentences) -> sentences.forEach(sentence -> all.add(point + ": " + sentence)));
        return all;
    }

    void print() throws IOException {
        Table table = new Table("The kill matrix on " + stage.database + ": each round holds one instance at every point, kills the engine "
            + "with SIGKILL once, starts it again and judges each instance by I1 to I5.",
            "database", "flow", "way", "killed", "runs", "passed");
        failures.forEach((point, sentences) -> {
            long failed = sentences.stream().map(sentence -> sentence.substring(0, sentence.indexOf(','))).distinct().count();
            table.row(stage.database, point.flow(), point.way(), point.where(), rounds, rounds - failed);
        });
        table.print();
    }

    @Override
    public void close() {
        deciders.shutdownNow();
        stage.close();
    }

    /** One instance on its way to its point, and beyond. */
    private final class Attempt {

        private final CrashPoint point;
        private final FlowRun run;
        private final Path hold;
        /** The decision, or the roll-back in its place; null if there was none since the engine's last start. */
        private CompletableFuture<Void> decision;
        private boolean rolledBack;

        /** @param undo one that waits for its approval, or what is to be undone; null to start a flow */
        private Attempt(CrashPoint point, String key, FlowRun undo) throws IOException {
            this.point = point;
            hold = stage.holds().resolve(undo == null ? key : undo.key());
            if (point.hold().isPresent()) {
                Files.writeString(hold, point.hold().get());
            }
            run = undo == null ? FlowRun.start(engine, stage, key, point.flow(), point.way())
                : point.isBeforeApproval() ? FlowRun.undo(engine, undo, point.way()) : undo;
            stage.proxy.expect(run.instanceId(), point);
            everyRun.add(run);
        }

        private void drive(Map<String, String> approvals) throws IOException {
            if (point.way() == Way.REPLY_LOST_ROLLED_BACK && !rolledBack && stage.proxy.hasLost(run.instanceId())) {
                engine.rollBack(run.instanceId());
                rolledBack = true;
            }
            String task = approvals.get(run.instanceId());
            if (task != null && decision == null && !rolledBack) {
                // In its own thread: some of these are held as well.
                Engine asked = engine;
                decision = CompletableFuture.runAsync(() -> decide(asked, task), deciders);
            }
        }

        private void decide(Engine asked, String task) {
            try {
                switch (point.way()) {
                    case DECLINED, URGENT_DECLINED -> asked.decide(task, "decline");
                    case ROLLED_BACK -> asked.rollBack(run.instanceId());
                    default -> asked.decide(task, "approve");
                }
            } catch (Rest.RefusedException refused) {
                System.out.println(point + " could not be decided: " + refused.getMessage());
            } catch (IOException engineIsDead) {
                // Whoever decides gets an error and does not know the result; the decision is repeated if the task is still there.
            }
        }

        private boolean isHeld() {
            if (point.hold().isEmpty()) {
                return stage.proxy.holds(run.instanceId());
            }
            return Files.exists(held()) && (point.moment() != Moment.DECISION_ANSWERED || decision.isDone());
        }

        private void letGo() throws IOException {
            Files.deleteIfExists(hold);
            Files.deleteIfExists(held());
            decision = null;
        }

        private void afterRestart() throws IOException {
            if (point.way() == Way.KILLED_ROLLED_BACK) {
                engine.rollBack(run.instanceId());
            }
        }

        private Path held() {
            return hold.resolveSibling(hold.getFileName() + ".held");
        }
    }
}
