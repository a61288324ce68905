package org.signonflow.process.rollout;

import static org.signonflow.process.ProcessVariables.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.runtime.Job;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.process.BusinessKey;
import org.signonflow.process.ProcessVariables;
import org.signonflow.rollout.EnvironmentLookup;
import org.signonflow.rollout.Found;
import org.signonflow.rollout.Progress;
import org.signonflow.rollout.Review;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.signonflow.rollout.Trouble;
import org.springframework.stereotype.Component;

/**
 * Starts the rows, the shared policies before the applications. Nothing takes effect yet. Rows that failed, or that PingOne refused, do not
 * hold up the others; they are restarted when the approvers say so.
 */
@Component
class CreateAll extends RollOutTask {

    private static final int SHOWN_FAILURES = 20;
    private static final int LONGEST_FAILURE = 150;

    private final ManagementService management;
    private final ShownRows shownRows;
    private final Review review;

    CreateAll(RollOutAccess access, ManagementService management, ShownRows shownRows, Review review) {
        super(access, Stage.CREATING, RowState.CREATING);
        this.management = management;
        this.shownRows = shownRows;
        this.review = review;
    }

    @Override
    boolean prepare(DelegateExecution execution) {
        if (!ProcessVariables.RETRY.equals(text(execution, ProcessVariables.DECISION))) {
            return false;
        }
        boolean tryAgain = text(execution, ProcessVariables.CHANGES) == null;
        // The next decision starts with an empty form.
        List.of(ProcessVariables.DECISION, ProcessVariables.COMMENT, ProcessVariables.LEAVE_OUT)
            .forEach(field -> execution.setVariable(field, null));
        String id = execution.getProcessInstanceId();
        if (tryAgain) {
            rollOuts().rows(id, null, Trouble.FAILED, Integer.MIN_VALUE, Integer.MAX_VALUE).forEach(this::retry);
            rollOuts().beginAgain(id);
        }
        return true;
    }

    private void retry(Row row) {
        for (Job stuck : management.createJobQuery().processInstanceId(row.instanceId()).noRetriesLeft().list()) {
            management.setJobRetries(stuck.getId(), 1);
        }
        rollOuts().move(row, row.state());
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

    /** Failed rows are for the approvers to decide on. */
    @Override
    boolean isAwaited(String id) {
        return rollOuts().unsettled(id, RowState.CREATING) > 0;
    }

    @Override
    void finish(DelegateExecution execution) {
        String id = execution.getProcessInstanceId();
        Progress progress = rollOuts().progress(id);
        int ready = progress.in(RowState.READY);
        execution.setVariable(ProcessVariables.ROWS_READY, ready);
        execution.setVariable(ProcessVariables.ROWS_FAILED, progress.rows() - ready);
        execution.setVariable(ProcessVariables.FAILURES, rollOuts().troubled(id, SHOWN_FAILURES).stream()
            .map(row -> cut("Line %d: %s".formatted(row.line(), row.problem()))).collect(Collectors.joining("\n")));
        Review.Summary summary = review.summary(id);
        execution.setVariable(ProcessVariables.ROLL_OUT_ID, id);
        execution.setVariable(ProcessVariables.SETTINGS, summary.settings());
        execution.setVariable(FlowVariables.SECOND_LOOK, summary.secondLook());
        execution.setVariable(ProcessVariables.CHANGES, shownRows.show(id));
        rollOuts().enter(id, Stage.WAITING_FOR_APPROVAL);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_FAILURE ? text : text.substring(0, LONGEST_FAILURE) + "...";
    }
}
