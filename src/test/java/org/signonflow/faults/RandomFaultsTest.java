package org.signonflow.faults;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.signonflow.Table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Everything at once, at random, while people approve, decline and roll back. */
class RandomFaultsTest extends FaultHarness {

    private static final int FLOWS = runs(16, 200);
    /** On a busy machine replies are late even if no fault delays them, and undo needs many complete checks. */
    private static final Duration LONGEST = Duration.ofMinutes(10);
    /** PingOne has room for 100 policies. */
    private static final int BATCH = 50;

    /**
     * What the sandbox may do, all equally likely. A refusal after the change was made is excluded: that would not be a fault but a lie.
     */
    private static final List<String> CLASSES = List.of(
        "'effect':'status','status':500,'when':'before'", "'effect':'status','status':500,'when':'after'",
        "'effect':'status','status':502,'when':'before'", "'effect':'status','status':502,'when':'after'",
        "'effect':'status','status':503,'when':'before'", "'effect':'status','status':503,'when':'after'",
        "'effect':'status','status':504,'when':'before'", "'effect':'status','status':504,'when':'after'",
        "'effect':'status','status':408,'when':'before'",
        "'effect':'status','status':429,'when':'before','headers':{'Retry-After':'1'}",
        "'effect':'status','status':400,'when':'before','method':'POST','path':'/applications/**'",
        "'effect':'status','status':409,'when':'before','method':'POST','path':'/signOnPolicies/**'",
        "'effect':'status','status':400,'when':'before','method':'GET'", "'effect':'status','status':400,'when':'before','method':'DELETE'",
        "'effect':'drop','when':'before'", "'effect':'drop','when':'after'",
        "'effect':'cut','when':'after'", "'effect':'garble','when':'after'", "'effect':'empty','when':'after'",
        // Of a delete, a 204 without a body is all there is to see, so these would be lies too.
        "'effect':'cut','when':'before','method':'POST'", "'effect':'garble','when':'before','method':'POST'",
        "'effect':'empty','when':'before','method':'POST'",
        // Both are longer than the read timeout; the first is shorter than the time after which "not found" is believed.
        "'effect':'delay','when':'before','delayMillis':1200", "'effect':'delay','when':'after','delayMillis':1500",
        "'effect':'revoke-token'");

    @Test
    void everyFlowEndsAndTheInvariantsHold() {
        Table table = new Table("Random faults, %d flows".formatted(FLOWS), "rate", "flows", "passed", "outcomes", "incidents retried",
            "struck", "calls per flow: mean / p95 / max");
        SoftAssertions softly = new SoftAssertions();
        for (int percent : new int[] {10, 30}) {
            Map<String, Long> outcomes = new TreeMap<>();
            List<Integer> calls = new ArrayList<>();
            long passed = 0;
            long incidents = 0;
            long struck = 0;
            for (int started = 0; started < FLOWS; started += BATCH) {
                startFresh();
                List<String> applications = applications(Math.min(BATCH, FLOWS - started));
                Invariants invariants = new Invariants(CONTROL);
                misbehave(percent / 100.0, started);
                Flows flows = start(Math.min(BATCH, FLOWS - started), applications);
                incidents += flows.awaitEndWithOperator(LONGEST);
                Invariants.Findings findings = invariants.check(flows);
                softly.assertThat(findings.all()).as(percent + " %").isEmpty();
                passed += findings.passed();
                struck += PROXY.damaged() + CONTROL.ledger().stream().filter(request -> request.fault() != null).count();
                calls.addAll(findings.calls());
                flows.outcomes().forEach((outcome, count) -> outcomes.merge(outcome, count, Long::sum));
            }
            Collections.sort(calls);
            table.row(percent + " %", FLOWS, passed, outcomes, incidents, struck, Invariants.statistics(calls));
            softly.assertThat(outcomes.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(FLOWS);
        }
        table.print();
        softly.assertAll();
    }

    /** Half of the faults come from the sandbox, half from the network. */
    private static void misbehave(double rate, long seed) {
        if (FULL) {
            // Permissions not in effect yet: each costs ten seconds.
            CONTROL.fault("{'times':1000000,'probability':" + rate / 2 / CLASSES.size() + ",'seed':" + seed
                + ",'path':'/*/**','effect':'status','status':403,'when':'before'}");
        }
        for (int i = 0; i < CLASSES.size(); i++) {
            CONTROL.fault("{'times':1000000,'probability':" + rate / 2 / CLASSES.size() + ",'seed':" + (seed * 100 + i) + ","
                + CLASSES.get(i) + "}");
        }
        PROXY.damageAtRandom(rate / 2, seed, Damage.values());
    }

    private Flows start(int count, List<String> applications) {
        Flows flows = new Flows(engine);
        for (int i = 0; i < count; i++) {
            Flow.Plan plan = Flow.Plan.values()[i % 4];
            if (i % 8 < 5) {
                flows.startMfa(plan);
            } else {
                flows.startPasswordless(plan, applications.get(i));
            }
        }
        return flows;
    }
}
