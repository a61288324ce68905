package org.signonflow.faults;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.signonflow.Table;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneException;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Replies that are lost, truncated, late or corrupted, byte by byte, for every call that changes something. */
class CorruptedReplyTest extends FaultHarness {

    private static final List<ChangingCall> MFA_CALLS = List.of(ChangingCall.MFA_APPLICATION, ChangingCall.MFA_GRANT,
        ChangingCall.MFA_POLICY, ChangingCall.MFA_ACTION, ChangingCall.MFA_ASSIGNMENT);
    private static final int RUNS = runs(1, 10);
    private static final int LARGEST_REPLY = 1 << 20;

    private final Table table = new Table("Corrupted replies, to each of the five changing calls of a flow", "case", "runs", "passed",
        "completed", "POSTs per call", "calls per flow: mean / p95 / max");
    private final SoftAssertions softly = new SoftAssertions();

    @Test
    void damageOnTheWire() {
        if (FULL) {
            EnumSet.allOf(Damage.class).forEach(damage -> damage(damage.toString(), EnumSet.of(damage)));
        } else {
            // Each kind of damage hits each call once, one flow after the other.
            damage("each of " + Damage.values().length + " kinds", EnumSet.allOf(Damage.class));
        }
        table.print();
        softly.assertAll();
    }

    @Test
    void anUnreadableReplyToACallThatWasNotCarriedOut() {
        List<String> effects = List.of("cut", "garble", "empty", "drop");
        if (FULL) {
            effects.forEach(effect -> notCarriedOut(effect, List.of(effect)));
        } else {
            notCarriedOut("each of " + effects.size() + " kinds", effects);
        }
        table.print();
        softly.assertAll();
    }

    @Test
    void aTenMegabyteReplyIsNotReadToItsEnd() {
        PingOneClient pingone = client(PROXY.uri());
        pingone.readEnvironment();
        PROXY.damage(Damage.HUGE, "POST", "/signOnPolicies", 4);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 4; i++) {
            String name = "Huge_" + i;
            long before = threads.getCurrentThreadAllocatedBytes();
            PingOneException failure = catchThrowableOfType(PingOneException.class, () -> pingone.createSignOnPolicy(name, null));
            assertThat(failure.outcome()).isEqualTo(PingOneException.Outcome.UNKNOWN);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).as("bytes allocated").isLessThan(8L * LARGEST_REPLY);
        }
    }

    private void damage(String title, EnumSet<Damage> damages) {
        startFresh();
        MFA_CALLS.forEach(call -> damages.forEach(damage -> PROXY.damage(damage, "POST", call.path, RUNS)));
        judge(title, RUNS * damages.size(), 1);
    }

    private void notCarriedOut(String title, List<String> effects) {
        startFresh();
        MFA_CALLS.forEach(call -> effects.forEach(effect -> CONTROL.fault(
            "{'method':'POST','path':'%s','times':%d,'when':'before','effect':'%s'}", call.path, RUNS, effect)));
        // Not carried out, so it is resent; perhaps twice because of another flow's fault, and then another call need not be.
        judge(title + ", not carried out", RUNS * effects.size(), 2);
    }

    private void judge(String title, int runs, int posts) {
        Invariants invariants = new Invariants(CONTROL);
        Flows flows = start(Flow.MFA, List.of(), runs);
        flows.awaitEnd(Duration.ofSeconds(90));
        Invariants.Findings findings = invariants.check(flows);
        double sent = flows.all().stream().mapToDouble(flow ->
            MFA_CALLS.stream().mapToLong(call -> findings.count(flow, "POST", call.path)).average().orElseThrow()).average().orElseThrow();
        table.row(title, runs, findings.passed(), flows.count("COMPLETED"), sent, findings.callStatistics());
        softly.assertThat(findings.all()).as(title).isEmpty();
        softly.assertThat(flows.count("COMPLETED")).as(title + ": completed").isEqualTo(runs);
        softly.assertThat(sent).as(title + ": POSTs that arrived").isEqualTo(posts);
    }
}
