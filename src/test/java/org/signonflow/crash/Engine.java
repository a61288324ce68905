package org.signonflow.crash;

import tools.jackson.databind.JsonNode;

import org.signonflow.harness.JavaProcess;
import org.signonflow.harness.Rest.RefusedException;
import org.signonflow.harness.Rest;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** A running engine, through its REST API. */
final class Engine {

    private static final int INSTANCES_AT_ONCE = 40;
    private static final int MOST_ROLL_BACKS = 10;
    private static final Duration CAUGHT_UP = Duration.ofSeconds(30);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSZ");

    private final JavaProcess process;
    private final Rest rest;

    Engine(JavaProcess process) {
        this.process = process;
        this.rest = new Rest(URI.create(process.uri() + "/engine-rest"), Rest.ADMIN);
    }

    void kill() {
        process.kill();
    }

    void stop() {
        process.stop();
    }

    /** @return the instance's id */
    String start(String process, String businessKey, Map<String, Object> variables) throws IOException {
        return start(Rest.REQUESTER, process, businessKey, variables);
    }

    /** The same for another user. */
    String start(String user, String process, String businessKey, Map<String, Object> variables) throws IOException {
        Map<String, Object> typed = new LinkedHashMap<>();
        variables.forEach((name, value) -> typed.put(name, Map.of("value", value)));
        return rest.as(user).post("/process-definition/key/" + process + "/start",
            Map.of("businessKey", businessKey, "variables", typed)).get("id").stringValue();
    }

    /** @return the roll-out's id */
    String startRollOut(Map<String, String> settings, String list) throws IOException {
        return new Rest(process.uri(), Rest.REQUESTER).upload("/api/roll-outs", settings, "list", "list.csv", list).get("id").stringValue();
    }

    /** @return the undo's id, a roll-out itself */
    String undoRollOut(String id) throws IOException {
        return new Rest(process.uri(), Rest.OPERATOR).post("/api/roll-outs/" + id + "/undo", Map.of()).get("id").stringValue();
    }

    /** The status of a roll-out, as on its page. */
    JsonNode rollOut(String id) throws IOException {
        return new Rest(process.uri(), Rest.OPERATOR).get("/api/roll-outs/" + id);
    }

    /** The open approvals: task id by instance. */
    Map<String, String> approvals() throws IOException {
        Map<String, String> tasks = new HashMap<>();
        rest.get("/task").forEach(task -> tasks.put(task.get("processInstanceId").stringValue(), task.get("id").stringValue()));
        return tasks;
    }

    void decide(String taskId, String decision) throws IOException {
        rest.as(Rest.APPROVER).post("/task/" + taskId + "/complete", Map.of("variables", Map.of(
            "decision", Map.of("value", decision), "comment", Map.of("value", "Decided by the crash harness"))));
    }

    /** As an operator would, who is told to retry if a job of the instance has just moved it on. */
    void rollBack(String instanceId) throws IOException {
        for (int attempt = 1;; attempt++) {
            try {
                rest.as(Rest.OPERATOR).post("/message", Map.of("messageName", "RollBack", "processInstanceId", instanceId));
                return;
            } catch (RefusedException refused) {
                if (attempt == MOST_ROLL_BACKS || refused.status() != 409) {
                    throw refused;
                }
            }
        }
    }

    /** Grants one more attempt to every incident, and returns how many there were. */
    int retry(String instanceId) throws IOException {
        JsonNode jobs = rest.as(Rest.OPERATOR).get("/job?noRetriesLeft=true&processInstanceId=" + instanceId);
        for (JsonNode job : jobs) {
            rest.as(Rest.OPERATOR).put("/job/" + job.get("id").stringValue() + "/retries", Map.of("retries", 1));
        }
        return jobs.size();
    }

    /** Whether a step of an instance has failed and will be retried automatically. */
    boolean isToRetry(String instanceId) throws IOException {
        return rest.get("/job?withException=true&withRetriesLeft=true&processInstanceId=" + instanceId).size() > 0;
    }

    /** The instances that have ended. */
    Set<String> ended(Collection<String> instanceIds) throws IOException {
        Set<String> ended = new HashSet<>();
        rest.post("/history/process-instance", Map.of("processInstanceIds", instanceIds, "finished", true))
            .forEach(instance -> ended.add(instance.get("id").stringValue()));
        return ended;
    }

    /** The variables of each instance, from its history. */
    Map<String, Map<String, String>> variables(Collection<String> instanceIds) throws IOException {
        Map<String, Map<String, String>> variables = new HashMap<>();
        List<String> all = List.copyOf(instanceIds);
        // A response has at most 2,000 rows.
        for (int from = 0; from < all.size(); from += INSTANCES_AT_ONCE) {
            List<String> some = all.subList(from, Math.min(all.size(), from + INSTANCES_AT_ONCE));
            rest.post("/history/variable-instance", Map.of("processInstanceIdIn", some)).forEach(variable ->
                variables.computeIfAbsent(variable.get("processInstanceId").stringValue(), id -> new HashMap<>())
                    .put(variable.get("name").stringValue(), variable.get("value").asString(null)));
        }
        return variables;
    }

    /** The recorded states of all changes by instance, as soon as they are as expected, or after a while as they are. */
    Map<String, String> changes(Predicate<Map<String, String>> expected) throws IOException {
        Instant deadline = Instant.now().plus(CAUGHT_UP);
        Map<String, String> states = new HashMap<>();
        do {
            String last = "";
            JsonNode page;
            do {
                page = new Rest(process.uri(), Rest.OPERATOR).get("/api/changes?limit=1000" + last);
                for (JsonNode change : page) {
                    states.put(change.get("id").stringValue(), change.get("state").stringValue());
                    last = "&after=" + change.get("id").stringValue();
                }
            } while (page.size() == 1_000);
        } while (!expected.test(states) && Instant.now().isBefore(deadline));
        return states;
    }

    /** When a person last decided on each instance. */
    Map<String, Instant> decisions() throws IOException {
        Map<String, Instant> decisions = new HashMap<>();
        rest.get("/history/task?finished=true").forEach(task -> {
            if ("completed".equals(task.path("deleteReason").stringValue(null))) {
                decisions.merge(task.get("processInstanceId").stringValue(),
                    OffsetDateTime.parse(task.get("endTime").stringValue(), TIME).toInstant(),
                    (one, other) -> one.isAfter(other) ? one : other);
            }
        });
        return decisions;
    }

    /** The incidents that wait for a person, by instance. */
    Map<String, String> incidents() throws IOException {
        Map<String, String> incidents = new HashMap<>();
        rest.get("/incident").forEach(incident -> incidents.put(incident.get("processInstanceId").stringValue(),
            incident.path("activityId").asString() + ": " + incident.path("incidentMessage").asString()));
        return incidents;
    }

    /** The engines that ran jobs of an instance successfully, in order. */
    List<String> hosts(String instanceId) throws IOException {
        JsonNode jobs = rest.get("/history/job-log?successLog=true&sortBy=timestamp&sortOrder=asc&processInstanceId=" + instanceId);
        return jobs.findValuesAsString("hostname");
    }
}
