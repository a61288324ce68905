package org.signonflow.faults;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.camunda.bpm.engine.MismatchingMessageCorrelationException;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.history.HistoricProcessInstance;
import org.camunda.bpm.engine.history.HistoricVariableInstance;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.task.Task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Starts flows, acts for the people involved, and waits until each has ended or has an incident. */
final class Flows {

    private final ProcessEngine engine;
    private final List<Flow> all = new ArrayList<>();
    private final Map<String, Integer> retriesByOperator = new HashMap<>();
    private final Random whenToRollBack = new Random(3);

    Flows(ProcessEngine engine) {
        this.engine = engine;
    }

    List<Flow> all() {
        return all;
    }

    ProcessEngine engine() {
        return engine;
    }

    Flow startMfa(Flow.Plan plan) {
        return start(Flow.MFA, plan, "Policy_" + UUID.randomUUID(), Map.of("applicationName", "App " + UUID.randomUUID()));
    }

    Flow startPasswordless(Flow.Plan plan, String applicationId) {
        return start(Flow.PASSWORDLESS, plan, "Policy_" + UUID.randomUUID(), Map.of("applicationId", applicationId));
    }

    Flow start(String process, Flow.Plan plan, String policyName, Map<String, Object> more) {
        Map<String, Object> variables = new HashMap<>(more);
        variables.put("policyName", policyName);
        variables.put("approvalRequired", plan != Flow.Plan.NO_APPROVAL_NEEDED);
        String instance = as("requester", "sign-on-requesters",
            () -> engine.getRuntimeService().startProcessInstanceByKey(process, variables).getId());
        Flow flow = new Flow(process, instance, policyName, plan);
        all.add(flow);
        return flow;
    }

    /** Waits until no flow is in progress; an incident counts as an end. */
    void awaitEnd(Duration atMost) {
        await(atMost, () -> {
            decide();
            Set<String> stuck = incidents().keySet();
            return stuck.containsAll(running());
        });
    }

    /** Like {@link #awaitEnd}, but an operator retries every incident; returns how many times. */
    int awaitEndWithOperator(Duration atMost) {
        await(atMost, () -> {
            decide();
            incidents().forEach((instance, incident) -> {
                engine.getManagementService().setJobRetries(incident.getConfiguration(), 1);
                retriesByOperator.merge(instance, 1, Integer::sum);
            });
            return running().isEmpty();
        });
        return retriesByOperator.values().stream().mapToInt(Integer::intValue).sum();
    }

    private void await(Duration atMost, Callable<Boolean> ended) {
        try {
            Awaitility.await().atMost(atMost).pollInterval(Duration.ofMillis(100)).until(ended);
        } catch (ConditionTimeoutException timeout) {
            throw new AssertionError("Not ended within " + atMost + ":\n" + String.join("\n", whereTheyAre()), timeout);
        }
    }

    /** For each flow in progress: its current activities, what its jobs wait for, and how often they failed. */
    private List<String> whereTheyAre() {
        Set<String> running = running();
        return all.stream().filter(flow -> running.contains(flow.instanceId())).map(flow -> "%s at %s, retried %d times: %s, failed: %s"
            .formatted(flow, engine.getRuntimeService().getActiveActivityIds(flow.instanceId()), retriesByOperator(flow),
                engine.getManagementService().createJobQuery().processInstanceId(flow.instanceId()).list().stream()
                    .map(job -> "%d retries, due %s, %s".formatted(job.getRetries(), job.getDuedate(), job.getExceptionMessage())).toList(),
                engine.getHistoryService().createHistoricJobLogQuery().processInstanceId(flow.instanceId()).failureLog().list().stream()
                    .collect(Collectors.groupingBy(failure -> String.valueOf(failure.getJobExceptionMessage())
                        .replaceAll("[0-9a-f-]{36}", "..."), TreeMap::new, Collectors.counting())))).toList();
    }

    int retriesByOperator(Flow flow) {
        return retriesByOperator.getOrDefault(flow.instanceId(), 0);
    }

    /** The open incidents by instance. */
    Map<String, Incident> incidents() {
        Set<String> ours = ids();
        return engine.getRuntimeService().createIncidentQuery().list().stream()
            .filter(incident -> ours.contains(incident.getProcessInstanceId()))
            .collect(Collectors.toMap(Incident::getProcessInstanceId, Function.identity(), (first, second) -> first));
    }

    Set<String> running() {
        return engine.getHistoryService().createHistoricProcessInstanceQuery().processInstanceIds(ids()).unfinished().list().stream()
            .map(HistoricProcessInstance::getId).collect(Collectors.toSet());
    }

    /** How many flows ended with this outcome. */
    long count(String outcome) {
        return outcomes().getOrDefault(outcome, 0L);
    }

    /** How many flows ended with which outcome; an incident is shown by its message. */
    Map<String, Long> outcomes() {
        Map<String, Incident> incidents = incidents();
        return all.stream().collect(Collectors.groupingBy(flow -> incidents.containsKey(flow.instanceId())
            ? incidents.get(flow.instanceId()).getIncidentMessage() : String.valueOf(variables(flow).get("outcome")), TreeMap::new,
            Collectors.counting()));
    }

    /** The variables of a flow, even if it has ended. */
    Map<String, Object> variables(Flow flow) {
        Map<String, Object> variables = new HashMap<>();
        for (HistoricVariableInstance variable : engine.getHistoryService().createHistoricVariableInstanceQuery()
            .processInstanceId(flow.instanceId()).list()) {
            variables.put(variable.getName(), variable.getValue());
        }
        return variables;
    }

    private void decide() {
        Map<String, Flow> byInstance = all.stream().collect(Collectors.toMap(Flow::instanceId, Function.identity()));
        for (Task task : engine.getTaskService().createTaskQuery().active().list()) {
            Flow flow = byInstance.get(task.getProcessInstanceId());
            if (flow != null && flow.plan() != Flow.Plan.ROLL_BACK) {
                String decision = flow.plan() == Flow.Plan.DECLINE ? "decline" : "approve";
                as("approver", "sign-on-approvers", () -> {
                    engine.getTaskService().complete(task.getId(), Map.of("decision", decision, "comment", "as planned"));
                    return null;
                });
            }
        }
        Set<String> running = all.stream().anyMatch(flow -> flow.plan() == Flow.Plan.ROLL_BACK) ? running() : Set.of();
        all.stream().filter(flow -> flow.plan() == Flow.Plan.ROLL_BACK && running.contains(flow.instanceId()))
            // At any point of the flow: sometimes during a call, sometimes while it waits for approval.
            .filter(flow -> whenToRollBack.nextInt(4) == 0).forEach(this::rollBack);
    }

    private void rollBack(Flow flow) {
        try {
            engine.getRuntimeService().createMessageCorrelation("RollBack").processInstanceId(flow.instanceId()).correlate();
        } catch (MismatchingMessageCorrelationException | OptimisticLockingException notNow) {
            // It is already being rolled back, has ended, or has just moved on: then the next round tries again.
        }
    }

    private <T> T as(String user, String group, Supplier<T> work) {
        engine.getIdentityService().setAuthentication(user, List.of(group));
        try {
            return work.get();
        } finally {
            engine.getIdentityService().clearAuthentication();
        }
    }

    private Set<String> ids() {
        return all.stream().map(Flow::instanceId).collect(Collectors.toCollection(HashSet::new));
    }
}
