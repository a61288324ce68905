package org.signonflow.crash;

import org.signonflow.crash.CrashPoint.Way;
import org.signonflow.harness.Rest;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** One instance, with names in PingOne that no other has. */
record FlowRun(String instanceId, String key, Flow flow, Way way) {

    /** Starts it and returns once the engine has it. */
    static FlowRun start(Engine engine, Stage stage, String key, Flow flow, Way way) throws IOException {
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("policyName", policyName(key));
        if (flow == Flow.MFA) {
            variables.put("applicationName", applicationName(key));
        } else {
            variables.put("applicationId", stage.existingApplication());
        }
        if (way == Way.REJECTED) {
            variables.put("deviceAuthenticationPolicyId", new UUID(0, 1).toString());
        }
        if (way == Way.SCOPE_UNKNOWN) {
            variables.put("scopes", "profile,unheard-of");
        }
        return new FlowRun(engine.start(flow.process, key, variables), key, flow, way);
    }

    /** Starts the undo of one that has completed. */
    static FlowRun undo(Engine engine, FlowRun completed, Way way) throws IOException {
        Map<String, Object> variables = new LinkedHashMap<>(Map.of("change", completed.instanceId()));
        if (way == Way.URGENT_DECLINED) {
            variables.put("urgent", true);
        }
        return new FlowRun(engine.start(Rest.OPERATOR, "undo-sign-on", completed.key(), variables), completed.key(), completed.flow(), way);
    }

    String policyName() {
        return policyName(key);
    }

    String applicationName() {
        return applicationName(key);
    }

    private static String policyName(String key) {
        return "Policy_" + key;
    }

    private static String applicationName(String key) {
        return "App " + key;
    }
}
