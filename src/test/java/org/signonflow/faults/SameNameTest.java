package org.signonflow.faults;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.signonflow.Table;
import org.signonflow.pingone.SignOnPolicy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** An object of the same name already exists, or another flow creates one: each flow has its own or none, and does not touch the other. */
class SameNameTest extends FaultHarness {

    private static final int RUNS = runs(2, 10);
    private static final String LOST = "{'method':'POST','path':'%s','times':%d,'when':'after','effect':'drop'}";

    private final Table table = new Table("An object of the same name", "case", "runs", "passed", "outcomes",
        "calls per flow: mean / p95 / max");
    private final SoftAssertions softly = new SoftAssertions();

    @Test
    void objectExistedBefore() {
        for (String process : new String[] {Flow.MFA, Flow.PASSWORDLESS}) {
            policyExistedBefore(process, false);
            policyExistedBefore(process, true);
        }
        applicationExistedBefore(false);
        applicationExistedBefore(true);
        table.print();
        softly.assertAll();
    }

    @Test
    void anotherFlowCreatesItMeanwhile() {
        for (boolean lost : new boolean[] {false, true}) {
            startFresh();
            String application = application("Existing application");
            if (lost) {
                CONTROL.fault(LOST, "/signOnPolicies", RUNS * 2);
            }
            Invariants invariants = new Invariants(CONTROL);
            Flows flows = new Flows(engine);
            for (int run = 0; run < RUNS; run++) {
                String name = "Contested_" + run;
                // Several are assigned to the application, with a priority that nobody would be given.
                Map<String, Object> variables = Map.of("applicationId", application, "assignmentPriority", 1);
                flows.start(Flow.PASSWORDLESS, Flow.Plan.NO_APPROVAL_NEEDED, name, variables);
                flows.start(Flow.PASSWORDLESS, Flow.Plan.NO_APPROVAL_NEEDED, name, variables);
            }
            judge("policy of two flows" + (lost ? ", replies lost" : ""), invariants, flows,
                Map.of("COMPLETED", (long) RUNS, "REJECTED", (long) RUNS));
        }
        table.print();
        softly.assertAll();
    }

    private void policyExistedBefore(String process, boolean lost) {
        startFresh();
        String application = application("Existing application");
        // Created long ago, and identical in everything that can be compared.
        SignOnPolicy there = stranger().listSignOnPolicies().stream().filter(policy -> policy.name().equals("Multi_Factor")).findFirst()
            .orElseThrow();
        Invariants invariants = new Invariants(CONTROL);
        Flows flows = new Flows(engine);
        for (int run = 0; run < RUNS; run++) {
            if (lost) {
                CONTROL.fault(LOST, "/signOnPolicies", 1);
            }
            Map<String, Object> variables = new HashMap<>(Map.of("policyDescription", there.description()));
            variables.put(process.equals(Flow.MFA) ? "applicationName" : "applicationId",
                process.equals(Flow.MFA) ? "App " + UUID.randomUUID() : application);
            flows.start(process, Flow.Plan.NO_APPROVAL_NEEDED, there.name(), variables);
            // One after the other: flows that want the same name at the same time are another test.
            flows.awaitEnd(Duration.ofSeconds(30));
        }
        judge("policy, " + process + (lost ? ", reply lost" : ""), invariants, flows, Map.of("REJECTED", (long) RUNS));
    }

    private void applicationExistedBefore(boolean lost) {
        startFresh();
        application("Same name");
        if (lost) {
            CONTROL.fault(LOST, "/applications", RUNS);
        }
        Invariants invariants = new Invariants(CONTROL);
        Flows flows = new Flows(engine);
        for (int run = 0; run < RUNS; run++) {
            flows.start(Flow.MFA, Flow.Plan.NO_APPROVAL_NEEDED, "Policy_" + run, Map.of("applicationName", "Same name"));
        }
        judge("application" + (lost ? ", reply lost" : ""), invariants, flows, Map.of("COMPLETED", (long) RUNS));
    }

    private void judge(String title, Invariants invariants, Flows flows, Map<String, Long> expected) {
        flows.awaitEnd(Duration.ofSeconds(90));
        Invariants.Findings findings = invariants.check(flows);
        Map<String, Long> outcomes = flows.outcomes();
        table.row(title, flows.all().size(), findings.passed(), outcomes, findings.callStatistics());
        softly.assertThat(findings.all()).as(title).isEmpty();
        softly.assertThat(outcomes).as(title).isEqualTo(expected);
    }
}
