package org.signonflow.crash;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.signonflow.harness.Rest.RefusedException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A roll-out of new applications, through the APIs that people use, and the table that its report is made from. */
final class RollOutRun {

    /** The policy that the applications get. */
    enum Policy { OWN, SHARED }

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration LONGEST = Duration.ofMinutes(30);

    private final RollOutStage stage;
    final String id;
    /** How often an operator retried an incident. */
    int retried;

    /**
     * What the report says about a row, and what the engine says about its instance.
     *
     * @param outcome null as long as the instance has none
     * @param running whether the instance has not ended
     */
    record Row(int line, String environment, JsonNode request, String state, String trouble, String problem, String instanceId,
               String applicationId, String grantId, String policyId, String actionId, String assignmentId, String outcome,
               boolean running) {

        boolean isSharedPolicy() {
            return line <= 0;
        }

        boolean makesApplication() {
            return request.hasNonNull("applicationName");
        }
    }

    private RollOutRun(RollOutStage stage, String id) {
        this.stage = stage;
        this.id = id;
    }

    /** @param environment of each application, numbered from 1 */
    static RollOutRun start(RollOutStage stage, Engine node, Policy policy, int rows, IntFunction<String> environment) throws IOException {
        boolean own = policy == Policy.OWN;
        String list = IntStream.rangeClosed(1, rows)
            .mapToObj(row -> environment.apply(row) + ",App " + row + (own ? ",Policy_" + row : "") + "\n")
            .collect(Collectors.joining("", "environment,applicationName" + (own ? ",policyName" : "") + "\n", ""));
        Map<String, String> settings = new HashMap<>(Map.of("name", "Many", "policy", policy.name().toLowerCase()));
        if (!own) {
            settings.put("policyName", "Shared");
        }
        return start(stage, node, settings, list);
    }

    /** @param list CSV */
    static RollOutRun start(RollOutStage stage, Engine node, Map<String, String> settings, String list) throws IOException {
        return new RollOutRun(stage, node.startRollOut(settings, list));
    }

    /** Requests the undo of what is in effect of it. */
    RollOutRun undo(Engine node) throws IOException {
        return new RollOutRun(stage, node.undoRollOut(id));
    }

    /** How many of its rows are in effect, shared policies included. */
    int inEffect() {
        return stage.jdbc.sql("""
                select count(*) from signonflow_change where roll_out = :id and state = 'COMPLETED' and undone_at is null""")
            .param("id", id).query(Integer.class).single();
    }

    List<Row> rows() {
        return stage.jdbc.sql("""
                select line, environment, request, state, trouble, problem, instance_id, application_id, grant_id, policy_id, action_id,
                    assignment_id, outcome.text_ as outcome, running.id_ is not null as running
                from signonflow_roll_out_row
                left join act_hi_varinst outcome on outcome.proc_inst_id_ = instance_id and outcome.name_ = 'outcome'
                left join act_ru_execution running on running.id_ = instance_id
                where roll_out_id = :id order by line""")
            .param("id", id).query(RollOutRun::row).list();
    }

    private static Row row(ResultSet row, int number) throws SQLException {
        return new Row(row.getInt("line"), row.getString("environment"), JSON.readTree(row.getString("request")),
            row.getString("state"), row.getString("trouble"), row.getString("problem"), row.getString("instance_id"),
            row.getString("application_id"), row.getString("grant_id"), row.getString("policy_id"), row.getString("action_id"),
            row.getString("assignment_id"), row.getString("outcome"), row.getBoolean("running"));
    }

    /** How many applications are in one of the states. */
    int in(String... states) {
        return stage.jdbc.sql("select count(*) from signonflow_roll_out_row where roll_out_id = :id and line > 0 and state in (:states)")
            .param("id", id).param("states", List.of(states)).query(Integer.class).single();
    }

    /** How many applications are in each state. */
    Map<String, Integer> states() {
        Map<String, Integer> states = new TreeMap<>();
        rows().stream().filter(row -> !row.isSharedPolicy()).forEach(row -> states.merge(row.state(), 1, Integer::sum));
        return states;
    }

    String stage() {
        return stage.jdbc.sql("select stage from signonflow_roll_out where id = :id").param("id", id).query(String.class).single();
    }

    /** How many attempts at a step of the roll-out or of a row failed: because of optimistic locking, or for another reason. */
    int failures(boolean lostRaces) {
        return stage.jdbc.sql("""
                select count(*) from act_hi_job_log where job_state_ = 1 and (job_exception_msg_ like 'ENGINE-03005%') = :lostRaces
                and (process_instance_id_ = :id
                    or process_instance_id_ in (select instance_id from signonflow_roll_out_row where roll_out_id = :id))""")
            .param("lostRaces", lostRaces).param("id", id).query(Integer.class).single();
    }

    void awaitIn(String state, int rows) {
        patience().pollInterval(Duration.ofMillis(20)).until(() -> in(state) >= rows);
    }

    /** Decides as soon as possible. */
    void decide(Engine node, String decision) throws IOException {
        patience().until(() -> node.approvals().containsKey(id));
        node.decide(node.approvals().get(id), decision);
    }

    /** Rolls it back as an operator, who tries again if the roll-out was just about to do something. */
    void rollBack(Engine node) {
        patience().ignoreExceptionsMatching(failure -> failure instanceof RefusedException && failure.getMessage().contains(": 409 "))
            .until(() -> {
                node.rollBack(id);
                return true;
            });
    }

    /** Rolls back the running rows as an operator, and returns the instances that were still running. */
    List<String> rollBackRows(Engine node, Predicate<Row> which) throws IOException {
        List<String> rolledBack = new ArrayList<>();
        for (Row row : rows()) {
            if (row.running() && which.test(row)) {
                try {
                    node.rollBack(row.instanceId());
                    rolledBack.add(row.instanceId());
                } catch (RefusedException somethingElseWasFaster) {
                    // The row goes on with that.
                }
            }
        }
        return rolledBack;
    }

    /** Waits for the end, while an operator retries incidents on the way. */
    void awaitEnd(Engine node) {
        patience().until(() -> {
            for (String stuck : stage.jdbc.sql("""
                    select instance_id from signonflow_roll_out_row
                    where roll_out_id = :id and trouble = 'FAILED' and state in ('ASSIGNING', 'UNDOING')""")
                    .param("id", id).query(String.class).list()) {
                retried += node.retry(stuck);
            }
            return node.ended(List.of(id)).contains(id);
        });
    }

    private static ConditionFactory patience() {
        return Awaitility.await().atMost(LONGEST).pollInterval(Duration.ofMillis(250));
    }
}
