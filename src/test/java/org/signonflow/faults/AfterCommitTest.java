package org.signonflow.faults;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.signonflow.Table;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** PingOne has created the object, but the reply does not say so: still one object each, and nothing is sent again. */
class AfterCommitTest extends FaultHarness {

    private static final int RUNS = runs(4, 50);

    @Test
    void aLostReplyDoesNotCauseAResend() {
        judge("Reply lost after commit", call ->
            CONTROL.fault("{'method':'POST','path':'%s','times':%d,'when':'after','effect':'drop'}", call.path, RUNS));
    }

    @Test
    void aServerErrorDoesNotCauseAResend() {
        judge("5xx after commit (500, 502, 503, 504)", call -> {
            List<Integer> statuses = List.of(500, 502, 503, 504);
            for (int i = 0; i < RUNS; i++) {
                CONTROL.fault("{'method':'POST','path':'%s','when':'after','effect':'status','status':%d}", call.path,
                    statuses.get(i % statuses.size()));
            }
        });
    }

    private void judge(String title, Consumer<ChangingCall> fault) {
        Table table = new Table(title, "call", "runs", "passed", "completed", "struck", "POSTs", "calls per flow: mean / p95 / max");
        SoftAssertions softly = new SoftAssertions();
        for (ChangingCall call : ChangingCall.values()) {
            startFresh();
            List<String> applications = applications(RUNS);
            fault.accept(call);
            Invariants invariants = new Invariants(CONTROL);
            Flows flows = start(call.process, applications, RUNS);
            flows.awaitEnd(Duration.ofSeconds(60));

            Invariants.Findings findings = invariants.check(flows);
            long sent = flows.all().stream().mapToLong(flow -> findings.count(flow, "POST", call.path)).sum();
            long struck = findings.requests().values().stream().flatMap(List::stream).filter(request -> request.fault() != null).count();
            table.row(call, RUNS, findings.passed(), flows.count("COMPLETED"), struck, sent, findings.callStatistics());
            softly.assertThat(findings.all()).as(call.toString()).isEmpty();
            softly.assertThat(flows.count("COMPLETED")).as(call + ": completed").isEqualTo(RUNS);
            softly.assertThat(struck).as(call + ": struck").isEqualTo(RUNS);
            softly.assertThat(sent).as(call + ": not one POST more").isEqualTo(RUNS);
        }
        table.print();
        softly.assertAll();
    }
}
