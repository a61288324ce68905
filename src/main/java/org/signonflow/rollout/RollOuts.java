package org.signonflow.rollout;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.signonflow.change.FlowVariables;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Stores the roll-outs and their rows. Every method works in the caller's transaction, so what the engine rolls back is rolled back here
 * too.
 *
 * <p>Queries made while a roll-out runs are answered from an index and cost the same however long its list is, except {@link #progress},
 * which counts.
 */
@Repository
public class RollOuts {

    private static final Map<String, String> COLUMNS = ids();
    /** The variables holding the ids of the objects that the flows created. */
    public static final Set<String> IDS = COLUMNS.keySet();
    private static final Duration MINUTE = Duration.ofMinutes(1);
    /** The shortest period from which a rate is computed. */
    private static final Duration SHORTEST = Duration.ofSeconds(10);
    private static final int LONGEST_PROBLEM = 4_000;
    private static final int BATCH = 500;
    // Columns by name: a newer version running beside this one may add columns, after which PostgreSQL refuses a prepared "select *".
    private static final String ROLL_OUTS = """
        select id, name, requested_by, requested_at, ended_at, stage, row_count, decision, decided_by, decided_at, decision_comment,
            undone_since, reason, rolled_back_by, rolled_back_at, undoes,
            case when stage <> 'COMPLETED' or undoes is not null or not exists (select 1 from signonflow_change undone
                    where undone.roll_out = signonflow_roll_out.id and undone.undone_at is not null and undone.line > 0) then null
                when exists (select 1 from signonflow_change other where other.roll_out = signonflow_roll_out.id
                    and other.undone_at is null and other.line > 0 and other.state = 'COMPLETED') then 'SOME'
                else 'ALL' end as undone
        from signonflow_roll_out""";
    private static final String ROWS = """
        select roll_out_id, line, request, instance_id, state, trouble, problem, application_id, grant_id, policy_id, action_id,
            assignment_id, found, digest, shown, looked_at, changed_at
        from signonflow_roll_out_row""";
    private static final String FACTS = """
        select environment, openid_resource_id, scope_ids, policy_id, policies, found from signonflow_roll_out_environment""";
    private static final TypeReference<LinkedHashMap<String, String>> TEXTS = new TypeReference<>() { };

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;
    private final JsonMapper json;
    private final Clock clock;

    RollOuts(JdbcClient jdbc, JdbcTemplate batches, JsonMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.batches = batches;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Stores a new roll-out with its rows, all of them {@link RowState#PENDING}.
     *
     * @param reason why it is requested; null if nothing was said
     */
    public void add(String id, String name, String requestedBy, String reason, Collection<Request> requests) {
        add(id, name, requestedBy, reason, null, requests);
    }

    /**
     * Stores a new roll-out that undoes another.
     *
     * @param undoes the other; null if it is none that undoes
     */
    public void add(String id, String name, String requestedBy, String reason, String undoes, Collection<Request> requests) {
        jdbc.sql("""
                insert into signonflow_roll_out (id, name, requested_by, requested_at, stage, row_count, reason, undoes)
                values (:id, :name, :requestedBy, :now, 'CHECKING', :rows, :reason, :undoes)""")
            .param("id", id).param("name", name).param("requestedBy", requestedBy, Types.VARCHAR).param("now", now())
            .param("reason", reason, Types.VARCHAR).param("undoes", undoes, Types.VARCHAR)
            .param("rows", requests.stream().filter(request -> !request.isSharedPolicy()).count()).update();
        batches.batchUpdate("""
                insert into signonflow_roll_out_row (roll_out_id, line, environment, request, application_id, state, changed_at)
                values (?, ?, ?, ?, ?, 'PENDING', ?)""", requests, BATCH, (statement, request) -> {
            statement.setString(1, id);
            statement.setInt(2, request.line());
            statement.setString(3, request.values().get(FlowVariables.ENVIRONMENT));
            statement.setString(4, write(request.values()));
            statement.setString(5, request.values().get(FlowVariables.APPLICATION_ID));
            statement.setObject(6, now());
        });
    }

    /** One roll-out. */
    public Optional<RollOut> find(String id) {
        return jdbc.sql(ROLL_OUTS + " where id = :id").param("id", id).query(RollOuts::rollOut).optional();
    }

    /** The same, which stays as it is until the end of the caller's transaction. */
    public Optional<RollOut> lock(String id) {
        jdbc.sql("select id from signonflow_roll_out where id = :id for update").param("id", id).query(String.class).optional();
        return find(id);
    }

    /** The roll-outs that undo rows of this one, latest first. */
    public List<RollOut> undoing(String id) {
        return jdbc.sql(ROLL_OUTS + " where undoes = :id order by requested_at desc").param("id", id).query(RollOuts::rollOut).list();
    }

    /** The changes that an undo has undone, or still may. */
    public List<String> undoneWith(String undo) {
        return jdbc.sql("""
                select request from signonflow_roll_out_row
                where roll_out_id = :id and state not in ('REJECTED', 'ROLLED_BACK', 'LEFT_OUT')""")
            .param("id", undo).query((row, index) -> read(row.getString("request")).get(FlowVariables.CHANGE)).list();
    }

    /** The roll-outs of one person, or of all if null, latest first. */
    public List<RollOut> latest(String requestedBy, int most) {
        return jdbc.sql(ROLL_OUTS + """
                 where cast(:requestedBy as varchar(255)) is null or requested_by = :requestedBy
                order by requested_at desc fetch first :most rows only""")
            .param("requestedBy", requestedBy, Types.VARCHAR).param("most", most).query(RollOuts::rollOut).list();
    }

    /**
     * The roll-outs that assign an existing policy, as of now.
     *
     * @param since roll-outs that ended before are left out
     */
    public List<RollOut> assigning(String policyId, Instant since) {
        return jdbc.sql(ROLL_OUTS + """
                 where (ended_at is null or ended_at >= :since)
                and exists (select 1 from signonflow_roll_out_environment found where found.roll_out_id = id and found.policy_id = :policy
                    and exists (select 1 from signonflow_roll_out_row assigned where assigned.roll_out_id = found.roll_out_id
                        and assigned.environment = found.environment and assigned.state in ('ASSIGNING', 'ASSIGNED', 'COMPLETED')))
                order by requested_at""")
            .param("policy", policyId).param("since", since.atOffset(ZoneOffset.UTC)).query(RollOuts::rollOut).list();
    }

    /** Moves the roll-out to a stage; a final stage sets its end. Returns whether the stage has changed. */
    public boolean enter(String id, Stage stage) {
        return jdbc.sql("""
                update signonflow_roll_out set stage = :stage, ended_at = :endedAt, undone_since = coalesce(:undoneSince, undone_since)
                where id = :id and stage <> :stage""")
            .param("stage", stage.name()).param("endedAt", stage.hasEnded() ? now() : null, Types.TIMESTAMP_WITH_TIMEZONE)
            .param("undoneSince", stage == Stage.UNDOING ? now() : null, Types.TIMESTAMP_WITH_TIMEZONE).param("id", id).update() > 0;
    }

    /** The progress of its applications; shared policies are not counted. */
    public Progress progress(String id) {
        Instant now = clock.instant();
        Map<RowState, Integer> states = new EnumMap<>(RowState.class);
        Map<Trouble, Integer> troubles = new EnumMap<>(Trouble.class);
        int[] done = new int[2];
        Instant[] first = {now.minus(SHORTEST)};
        jdbc.sql("""
                select stage, state, trouble, count(*) as many, sum(case when changed_at > :since then 1 else 0 end) as lately,
                min(case when changed_at > :since then changed_at end) as first_at
                from signonflow_roll_out join signonflow_roll_out_row on roll_out_id = id
                where id = :id and line > 0 group by stage, state, trouble""")
            .param("since", now.minus(MINUTE).atOffset(ZoneOffset.UTC)).param("id", id)
            .query((RowCallbackHandler) row -> {
                RowState state = RowState.valueOf(row.getString("state"));
                states.merge(state, row.getInt("many"), Integer::sum);
                if (row.getString("trouble") != null) {
                    troubles.merge(Trouble.valueOf(row.getString("trouble")), row.getInt("many"), Integer::sum);
                }
                if (Stage.valueOf(row.getString("stage")).brings(state)) {
                    done[0] += row.getInt("many");
                    done[1] += row.getInt("lately");
                    Instant at = instant(row, "first_at");
                    first[0] = at != null && at.isBefore(first[0]) ? at : first[0];
                }
            });
        int rows = states.values().stream().mapToInt(Integer::intValue).sum();
        return new Progress(rows, states, troubles, done[0], (int) (done[1] * MINUTE.toMillis() / Duration.between(first[0], now).toMillis()));
    }

    /**
     * The rows of a roll-out in the order of its list.
     *
     * @param state   null for all
     * @param trouble null for all
     * @param after   the line after which to begin; 0 skips the shared policies
     */
    public List<Row> rows(String id, RowState state, Trouble trouble, int after, int most) {
        return jdbc.sql(ROWS + " where roll_out_id = :id and line > :after"
                + (state == null ? "" : " and state = :state") + (trouble == null ? "" : " and trouble = :trouble")
                + " order by line fetch first :most rows only")
            .param("id", id).param("after", after).param("state", state == null ? null : state.name(), Types.VARCHAR)
            .param("trouble", trouble == null ? null : trouble.name(), Types.VARCHAR).param("most", most)
            .query(this::row).list();
    }

    /** The first rows in any of the states; shared policies come before all applications. */
    public List<Row> next(String id, Collection<RowState> states, int most) {
        return first(id, states, "", most);
    }

    /** The first rows in any of the states that are stuck: they wait for a retry or for a person. */
    public List<Row> stuck(String id, Collection<RowState> states, int most) {
        return first(id, states, " and trouble is not null", most);
    }

    private List<Row> first(String id, Collection<RowState> states, String condition, int most) {
        // One query per state, or the database would scan all rows in them to find the first lines.
        return states.stream().flatMap(state -> jdbc.sql(
                ROWS + " where roll_out_id = :id and state = :state" + condition
                + " order by line fetch first :most rows only")
            .param("id", id).param("state", state.name()).param("most", most).query(this::row).list().stream())
            .sorted(Comparator.comparingInt(Row::line)).limit(most).toList();
    }

    /**
     * What has undone a completed row since.
     *
     * @param by   a change
     * @param with the roll-out that this is a row of; null if it is none
     */
    record Undoing(String by, Instant at, String with) {
    }

    /** Those of the instances' rows that have been undone since they completed, by instance. */
    Map<String, Undoing> undone(Collection<String> instanceIds) {
        Map<String, Undoing> undone = new HashMap<>();
        if (!instanceIds.isEmpty()) {
            jdbc.sql("""
                    select undone.id, undone.undone_by, undone.undone_at, undo.roll_out
                    from signonflow_change undone left join signonflow_change undo on undo.id = undone.undone_by
                    where undone.id in (:ids) and undone.undone_at is not null""").param("ids", instanceIds).query(row -> {
                        undone.put(row.getString("id"), new Undoing(row.getString("undone_by"), instant(row, "undone_at"),
                            row.getString("roll_out")));
                    });
        }
        return undone;
    }

    /** The rows for shared policies, one per environment. */
    public List<Row> sharedPolicies(String id) {
        return jdbc.sql(ROWS + " where roll_out_id = :id and line <= 0").param("id", id)
            .query(this::row).list();
    }

    /** Records that the rows now ready are being shown to the approvers: from now on a decision is about them as they are. */
    public void show(String id) {
        jdbc.sql("update signonflow_roll_out_row set shown = case when state = 'READY' then coalesce(digest, :none) end"
                + " where roll_out_id = :id").param("none", Row.NO_DIGEST).param("id", id).update();
        jdbc.sql("update signonflow_roll_out set shown_at = :now where id = :id").param("now", now()).param("id", id).update();
    }

    /**
     * The same for a roll-out shown by an earlier version, which kept no record; does nothing if there is one. Rows that have changed since
     * may have been different then. Rows made ready by a node of this version alongside the earlier one have a digest.
     */
    public void wasShown(String id, Instant at) {
        OffsetDateTime shownAt = at.atOffset(ZoneOffset.UTC);
        if (jdbc.sql("update signonflow_roll_out set shown_at = :at where id = :id and shown_at is null").param("at", shownAt)
                .param("id", id).update() > 0) {
            jdbc.sql("""
                    update signonflow_roll_out_row
                    set shown = case when state = 'READY' then coalesce(digest, :none) else :none end where roll_out_id = :id
                    and (state = 'READY' and changed_at <= :at or state in ('UNDOING', 'ROLLED_BACK') and changed_at > :at)""")
                .param("none", Row.NO_DIGEST).param("id", id).param("at", shownAt).update();
        }
    }

    /**
     * The first rows that differ from what was shown: ready now but not then, or vice versa, or ready with other data. None before anything
     * was shown.
     */
    public List<Row> changedSinceShown(String id, int most) {
        return jdbc.sql(ROWS + """
                 where roll_out_id = :id and (state = 'READY' and shown is null
                    or shown is not null and (state <> 'READY' or shown <> coalesce(digest, :none)))
                    and exists (select 1 from signonflow_roll_out where id = :id and shown_at is not null)
                order by line fetch first :most rows only""")
            .param("id", id).param("none", Row.NO_DIGEST).param("most", most).query(this::row).list();
    }

    /** Stores the decision, for the report. */
    public void decided(String id, String decision, String by, String comment) {
        jdbc.sql("""
                update signonflow_roll_out set decision = :decision, decided_by = :by, decided_at = :now, decision_comment = :comment
                where id = :id""")
            .param("decision", decision).param("by", by, Types.VARCHAR).param("now", now()).param("comment", cut(comment), Types.VARCHAR)
            .param("id", id).update();
    }

    /** A person has had all of it rolled back; null if nobody was logged in. */
    public void rolledBack(String id, String by) {
        jdbc.sql("update signonflow_roll_out set rolled_back_by = :by, rolled_back_at = :now where id = :id").param("by", by, Types.VARCHAR)
            .param("now", now()).param("id", id).update();
    }

    /** The first applications with a problem. */
    public List<Row> troubled(String id, int most) {
        return jdbc.sql(ROWS + """
                 where roll_out_id = :id and line > 0 and problem is not null
                order by line fetch first :most rows only""")
            .param("id", id).param("most", most).query(this::row).list();
    }

    /** The requests of a roll-out, including those for shared policies. */
    public List<Request> requests(String id) {
        return jdbc.sql("select line, request from signonflow_roll_out_row where roll_out_id = :id order by line").param("id", id)
            .query((row, index) -> new Request(row.getInt("line"), read(row.getString("request")))).list();
    }

    /** The lines of the list in order, of rows in a state or of all if null, without shared policies. */
    public List<Integer> lines(String id, RowState state) {
        return jdbc.sql("""
                select line from signonflow_roll_out_row where roll_out_id = :id and line > 0
                and (cast(:state as varchar(20)) is null or state = :state) order by line""")
            .param("id", id).param("state", state == null ? null : state.name(), Types.VARCHAR).query(Integer.class).list();
    }

    /** How many rows are in progress in any of the states; those waiting for a retry or a person do not count. */
    public int underWay(String id, List<RowState> states) {
        return states.isEmpty() ? 0 : jdbc.sql("""
                select count(*) from signonflow_roll_out_row where roll_out_id = :id and state in (:states) and trouble is null""")
            .param("id", id).param("states", states.stream().map(RowState::name).toList()).query(Integer.class).single();
    }

    /** How many rows are in a state and may still leave it without human intervention. */
    public int unsettled(String id, RowState state) {
        return jdbc.sql("""
                select count(*) from signonflow_roll_out_row where roll_out_id = :id and state = :state
                and (trouble is null or trouble <> 'FAILED')""")
            .param("id", id).param("state", state.name()).query(Integer.class).single();
    }

    /** A row has been started in an instance of its own. */
    public void begun(String id, int line, String instanceId) {
        jdbc.sql("""
                update signonflow_roll_out_row
                set state = 'CREATING', trouble = null, problem = null, instance_id = :instance, digest = null, changed_at = :now
                where roll_out_id = :id and line = :line""")
            .param("instance", instanceId).param("now", now()).param("id", id).param("line", line).update();
    }

    /** Moves a row to another state and clears its trouble. Does nothing if it has left its state in the meantime. */
    public void move(Row row, RowState state) {
        move(row, state, row.problem());
    }

    /** A row will not be started. */
    public void leaveOut(Row row, String problem) {
        move(row, RowState.LEFT_OUT, problem);
    }

    private void move(Row row, RowState state, String problem) {
        jdbc.sql("""
                update signonflow_roll_out_row set state = :state, trouble = null, problem = :problem, changed_at = :now
                where roll_out_id = :id and line = :line and state = :from""")
            .param("state", state.name()).param("problem", problem, Types.VARCHAR).param("now", now()).param("id", row.rollOutId())
            .param("line", row.line()).param("from", row.state().name()).update();
    }

    /** Resets the rows that PingOne refused or that lacked a shared policy, so that they are started again. */
    public void beginAgain(String id) {
        jdbc.sql("""
                update signonflow_roll_out_row set state = 'PENDING', problem = null, instance_id = null, changed_at = :now
                where roll_out_id = :id and state in ('REJECTED', 'LEFT_OUT')""").param("now", now()).param("id", id).update();
    }

    /**
     * An instance reports what has become of its row.
     *
     * @param problem why it ended early, or null
     * @param digest  of the data with which it would take effect, or null if unchanged
     * @param ids     the ids of what it has created, by the name of the variable
     */
    public void reached(String instanceId, RowState state, String problem, String digest, Map<String, String> ids) {
        String ownIds = COLUMNS.values().stream().map(column -> column + " = :" + column).collect(Collectors.joining(", "));
        // A row that was undone because it had failed keeps that reason.
        String why = state == RowState.ROLLED_BACK || state == RowState.UNDOING ? "coalesce(:problem, problem)" : ":problem";
        var update = jdbc.sql("update signonflow_roll_out_row set state = :state, trouble = null, problem = " + why
                + ", digest = coalesce(:digest, digest), changed_at = :now, " + ownIds + " where instance_id = :instance")
            .param("state", state.name()).param("digest", digest, Types.VARCHAR).param("problem", cut(problem), Types.VARCHAR)
            .param("now", now()).param("instance", instanceId);
        for (Map.Entry<String, String> id : COLUMNS.entrySet()) {
            update = update.param(id.getValue(), ids.get(id.getKey()), Types.VARCHAR);
        }
        update.update();
    }

    /** A step of an instance failed. Does nothing if the instance is not a row's. */
    public void failed(String instanceId, Trouble trouble, String problem) {
        jdbc.sql("""
                update signonflow_roll_out_row set trouble = :trouble, problem = :problem, changed_at = :now
                where instance_id = :instance""")
            .param("trouble", trouble.name()).param("problem", cut(problem), Types.VARCHAR).param("now", now())
            .param("instance", instanceId).update();
    }

    /** Leaves out all rows that have not been started. Returns whether there were any. */
    public boolean leaveOutPending(String id) {
        return jdbc.sql("""
                update signonflow_roll_out_row set state = 'LEFT_OUT', changed_at = :now where roll_out_id = :id and state = 'PENDING'""")
            .param("now", now()).param("id", id).update() > 0;
    }

    /** Stores what was found in an environment. */
    public void know(String id, EnvironmentLookup facts) {
        jdbc.sql("delete from signonflow_roll_out_environment where roll_out_id = :id and environment = :environment").param("id", id)
            .param("environment", facts.environment()).update();
        jdbc.sql("""
                insert into signonflow_roll_out_environment (roll_out_id, environment, openid_resource_id, scope_ids, policy_id, policies,
                    found)
                values (:id, :environment, :resource, :scopes, :policy, :policies, :found)""")
            .param("policies", write(facts.policies())).param("found", write(facts.found()))
            .param("id", id).param("environment", facts.environment()).param("resource", facts.openidResourceId(), Types.VARCHAR)
            .param("scopes", write(facts.scopeIds())).param("policy", facts.policyId(), Types.VARCHAR).update();
    }

    /** Stores what was found about existing applications, by line. */
    public void found(String id, Map<Integer, Map<String, String>> byLine) {
        batches.batchUpdate("update signonflow_roll_out_row set found = ? where roll_out_id = ? and line = ?", byLine.entrySet(), BATCH,
            (statement, found) -> {
                statement.setString(1, write(found.getValue()));
                statement.setString(2, id);
                statement.setInt(3, found.getKey());
            });
    }

    /** Records that at that time PingOne still had what was shown of these rows. */
    public void lookedAt(String id, Collection<Integer> lines, Instant at) {
        batches.batchUpdate("update signonflow_roll_out_row set looked_at = ? where roll_out_id = ? and line = ?", lines, BATCH,
            (statement, line) -> {
                statement.setObject(1, at.atOffset(ZoneOffset.UTC));
                statement.setString(2, id);
                statement.setInt(3, line);
            });
    }

    /** The row of an instance. */
    public Optional<Row> ofInstance(String instanceId) {
        return jdbc.sql(ROWS + " where instance_id = :instance").param("instance", instanceId)
            .query(this::row).optional();
    }

    /** The states of the rows among these instances, by instance. */
    public Map<String, RowState> statesOf(Collection<String> instanceIds) {
        Map<String, RowState> states = new HashMap<>();
        jdbc.sql("select instance_id, state from signonflow_roll_out_row where instance_id in (:ids)").param("ids", instanceIds)
            .query(row -> {
                states.put(row.getString("instance_id"), RowState.valueOf(row.getString("state")));
            });
        return states;
    }

    /** What was found, by environment. */
    public Map<String, EnvironmentLookup> facts(String id) {
        return jdbc.sql(FACTS + " where roll_out_id = :id").param("id", id)
            .query((row, index) -> new EnvironmentLookup(row.getString("environment"), row.getString("openid_resource_id"),
                read(row.getString("scope_ids")), row.getString("policy_id"), readOrNone(row.getString("policies")),
                readOrNone(row.getString("found"))))
            .list().stream().collect(Collectors.toMap(EnvironmentLookup::environment, facts -> facts));
    }

    /** The roll-outs that ended before the given time. */
    public List<String> endedBefore(Instant time) {
        return jdbc.sql("select id from signonflow_roll_out where ended_at < :time").param("time", time.atOffset(ZoneOffset.UTC))
            .query(String.class).list();
    }

    /** Deletes the roll-outs whose history the engine has removed. */
    public void forget(Collection<String> ids) {
        if (!ids.isEmpty()) {
            jdbc.sql("delete from signonflow_roll_out where id in (:ids)").param("ids", ids).update();
        }
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }

    private String write(Map<String, String> texts) {
        return json.writeValueAsString(texts);
    }

    private Map<String, String> read(String texts) throws SQLException {
        try {
            return json.readValue(texts, TEXTS);
        } catch (JacksonException spoilt) {
            throw new SQLException(spoilt);
        }
    }

    private Map<String, String> readOrNone(String texts) throws SQLException {
        return texts == null ? Map.of() : read(texts);
    }

    private Row row(ResultSet row, int index) throws SQLException {
        Map<String, String> ids = new LinkedHashMap<>();
        for (Map.Entry<String, String> id : COLUMNS.entrySet()) {
            String value = row.getString(id.getValue());
            if (value != null) {
                ids.put(id.getKey(), value);
            }
        }
        String trouble = row.getString("trouble");
        return new Row(row.getString("roll_out_id"), row.getInt("line"), read(row.getString("request")), row.getString("instance_id"),
            RowState.valueOf(row.getString("state")), trouble == null ? null : Trouble.valueOf(trouble), row.getString("problem"), ids,
            readOrNone(row.getString("found")), row.getString("digest"), row.getString("shown"), instant(row, "looked_at"),
            instant(row, "changed_at"));
    }

    private static RollOut rollOut(ResultSet row, int index) throws SQLException {
        return new RollOut(row.getString("id"), row.getString("name"), row.getString("requested_by"), instant(row, "requested_at"),
            instant(row, "ended_at"), Stage.valueOf(row.getString("stage")), row.getInt("row_count"), row.getString("decision"),
            row.getString("decided_by"), instant(row, "decided_at"), row.getString("decision_comment"), instant(row, "undone_since"),
            row.getString("reason"), row.getString("rolled_back_by"), instant(row, "rolled_back_at"),
            row.getString("undoes"), row.getString("undone") == null ? null : RollOut.Undone.valueOf(row.getString("undone")));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static Map<String, String> ids() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put(FlowVariables.APPLICATION_ID, "application_id");
        columns.put(FlowVariables.GRANT_ID, "grant_id");
        columns.put(FlowVariables.POLICY_ID, "policy_id");
        columns.put(FlowVariables.ACTION_ID, "action_id");
        columns.put(FlowVariables.ASSIGNMENT_ID, "assignment_id");
        return columns;
    }

    private static String cut(String text) {
        return text == null || text.length() <= LONGEST_PROBLEM ? text : text.substring(0, LONGEST_PROBLEM);
    }
}
