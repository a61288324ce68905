package org.signonflow.process.rollout;

import static org.signonflow.process.ProcessVariables.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.process.BusinessKey;
import org.signonflow.process.ProcessVariables;
import org.signonflow.rollout.EnvironmentLookup;
import org.signonflow.rollout.Found;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Trouble;
import org.springframework.stereotype.Component;

/** Starts the rows, the shared policies before the applications. */
@Component
class CreateAll extends PrepareAll {

    CreateAll(RollOutAccess access, Shown shown) {
        super(access, shown);
    }

    @Override
    List<Row> next(DelegateExecution execution, int most) {
        String id = execution.getProcessInstanceId();
        List<Row> pending = rollOuts().next(id, List.of(RowState.PENDING), most);
        if (!pending.isEmpty() && pending.get(0).isSharedPolicy()) {
            return pending.stream().filter(Row::isSharedPolicy).toList();
        }
        boolean policiesAreThere = rollOuts().sharedPolicies(id).stream()
            .noneMatch(policy -> policy.state() == RowState.CREATING && policy.trouble() != Trouble.FAILED);
        return policiesAreThere ? pending : List.of();
    }

    @Override
    void send(DelegateExecution execution, List<Row> rows) {
        String id = execution.getProcessInstanceId();
        Map<String, EnvironmentLookup> facts = rollOuts().facts(id);
        Map<String, Row> policies = rollOuts().sharedPolicies(id).stream().collect(Collectors.toMap(CreateAll::environment, row -> row));
        for (Row row : rows) {
            EnvironmentLookup there = facts.get(environment(row));
            Row shared = row.isSharedPolicy() ? null : policies.get(environment(row));
            if (shared != null && shared.state() != RowState.READY) {
                rollOuts().leaveOut(row, "The shared policy was not created.");
            } else {
                String policyId = shared == null ? there.policyId() : shared.ids().get(FlowVariables.POLICY_ID);
                Map<String, Object> variables = variables(row, there, policyId);
                variables.put(ProcessVariables.REQUESTED_BY, text(execution, ProcessVariables.REQUESTED_BY));
                Optional.ofNullable(text(execution, FlowVariables.REASON)).ifPresent(reason -> variables.put(FlowVariables.REASON, reason));
                String key = BusinessKey.ofRow(text(execution, ProcessVariables.NAME), row.line());
                runtime().startProcessInstanceByKey(Flow.ROW, key, variables);
            }
        }
    }

    private static Map<String, Object> variables(Row row, EnvironmentLookup there, String policyId) {
        Map<String, Object> variables = new HashMap<>(row.request());
        Flow flow = Flow.ofRow(row.request().containsKey(FlowVariables.APPLICATION_NAME));
        variables.remove(FlowVariables.POLICY);
        variables.put(ProcessVariables.ROLL_OUT, row.rollOutId());
        variables.put(ProcessVariables.LINE, row.line());
        variables.put(FlowVariables.POLICY_ID, policyId);
        // The model's expressions refer to them.
        variables.putIfAbsent(FlowVariables.APPLICATION_ID, null);
        variables.putIfAbsent(FlowVariables.APPLICATION_NAME, row.found().get(Found.APPLICATION_NAME));
        variables.put(FlowVariables.ACTION_PRIORITY, flow.actionPriority());
        variables.put(FlowVariables.ENROLS_APPLICATION, flow.enrolsApplication());
        variables.put(ProcessVariables.SHOWN, row.found().get(Found.DIGESTS));
        if (flow.makesApplication()) {
            variables.put(FlowVariables.OPENID_RESOURCE_ID, there.openidResourceId());
            variables.put(FlowVariables.SCOPE_IDS, FlowVariables.split(row.request().get(FlowVariables.SCOPES)).stream()
                .map(there.scopeIds()::get).collect(Collectors.joining(",")));
        }
        return variables;
    }

    private static String environment(Row row) {
        return row.request().get(FlowVariables.ENVIRONMENT);
    }
}
