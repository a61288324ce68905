package org.signonflow.crash;

import org.signonflow.crash.CrashPoint.Way;
import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static org.awaitility.Awaitility.await;

/**
 * Many flows at once, of both kinds, and somebody who decides on each as soon as possible. Every fifth is declined, and some fail before
 * they create a policy: an environment takes a hundred.
 */
final class Crowd {

    /** Makes a call long enough for many to be in progress when something happens. */
    private static final int CALL_MILLIS = 500;
    private static final int EACH_FIFTH = 5;

    private final Stage stage;
    private final List<FlowRun> runs = new ArrayList<>();

    Crowd(Stage stage) throws IOException {
        this.stage = stage;
        stage.control.post("/faults", Map.of("effect", "delay", "delayMillis", CALL_MILLIS, "times", Integer.MAX_VALUE));
    }

    /** Starts flows, on the engines in turn. */
    void start(int flows, List<Engine> engines) throws IOException {
        for (int number = 0; number < flows; number++) {
            Flow flow = Flow.values()[number / engines.size() % Flow.values().length];
            Way way = switch (number % EACH_FIFTH) {
                case 0 -> Way.DECLINED;
                case 1 -> flow == Flow.MFA ? Way.SCOPE_UNKNOWN : Way.APPROVED;
                default -> Way.APPROVED;
            };
            FlowRun run = FlowRun.start(engines.get(number % engines.size()), stage, "crowd-" + number, flow, way);
            stage.proxy.letPass(run.instanceId());
            runs.add(run);
        }
    }

    /** Decides until PingOne has been changed this many times. */
    void awaitChanges(Engine engine, int changes) {
        await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(200)).until(() -> {
            decide(engine);
            int made = 0;
            for (JsonNode entry : stage.control.get("/ledger")) {
                made += entry.get("committed").booleanValue() ? 1 : 0;
            }
            return made >= changes;
        });
    }

    /** Decides until all have ended, and keeps trying while the engine cannot answer. */
    void awaitEnd(Engine engine, Duration atMost) {
        Set<String> open = new HashSet<>(ids());
        await().atMost(atMost).pollInterval(Duration.ofMillis(500)).until(() -> {
            try {
                decide(engine);
                open.removeAll(engine.ended(List.copyOf(open)));
            } catch (IOException notNow) {
                return false;
            }
            return open.isEmpty();
        });
    }

    int ended(Engine engine) throws IOException {
        return engine.ended(ids()).size();
    }

    List<String> ids() {
        return runs.stream().map(FlowRun::instanceId).toList();
    }

    Map<String, List<String>> violations(Engine engine) throws IOException {
        return Invariants.violations(stage, engine, runs, 1);
    }

    private void decide(Engine engine) throws IOException {
        Map<String, String> approvals = engine.approvals();
        for (FlowRun run : runs) {
            String task = approvals.get(run.instanceId());
            if (task != null) {
                engine.decide(task, run.way() == Way.DECLINED ? "decline" : "approve");
            }
        }
    }
}
