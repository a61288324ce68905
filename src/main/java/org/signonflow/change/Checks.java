package org.signonflow.change;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Stores how completed changes compare with PingOne, and who compares them. Like {@link Changes}, it works in the caller's transaction.
 */
@Repository
public class Checks {

    /** Names in PingOne may have characters that not every database can store. */
    private static final JsonMapper JSON = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private static final int LONGEST_FAILURE = 4_000;
    /** More than PingOne lets anyone tell apart. */
    private static final int MOST_BESIDES = 1_000;
    private static final int MOST_EPISODES = 200;
    /** An accepted deviation lasts, though the change counts as unchanged: nodes of before know no other word for it. */
    static final String DIFFERS = "(drift_found_at is not null and drift_gone_at is null)";
    private static final String IN_EFFECT = "state = 'COMPLETED' and undone_at is null and flow <> '" + Flow.UNDO + "'";
    /** One that failed is not repeated at once. */
    private static final String DUE = IN_EFFECT + """
         and environment = :environment and (checked_at is null or checked_at < :since)
        and (check_failed_at is null or check_failed_at < :failedBefore)""";

    private final JdbcClient jdbc;
    /** For what people ask. */
    private final JdbcClient reading;
    private final Clock clock;

    /** @param queryTimeout how long the database may take for what people ask; whole seconds */
    Checks(DataSource database, Clock clock, @Value("${signonflow.security.query-timeout}") Duration queryTimeout) {
        this.jdbc = JdbcClient.create(database);
        this.reading = BoundedQueries.of(database, queryTimeout);
        this.clock = clock;
    }

    /**
     * A deviation that was found.
     *
     * @param goneAt     null while it lasts
     * @param acceptedAt null unless a person has accepted it
     */
    public record Episode(Instant foundAt, Instant goneAt, List<Finding> findings, Instant acceptedAt, String acceptedBy,
                          String acceptedBecause) {
    }

    /** Which policies the change's application has before its own is assigned. Does nothing if it is not a change. */
    public void besides(String id, List<Assigned> besides) {
        jdbc.sql("update signonflow_change set besides = :besides where id = :id")
            .param("besides", JSON.writeValueAsString(besides.stream().limit(MOST_BESIDES).toList())).param("id", id).update();
    }

    /** What was recorded of that; empty if nothing was. */
    public Optional<List<Assigned>> besides(String id) {
        return jdbc.sql("select besides from signonflow_change where id = :id and besides is not null").param("id", id)
            .query(String.class).optional().map(json -> List.of(JSON.readValue(json, Assigned[].class)));
    }

    /**
     * The changes in effect that have not been compared since a time, those first that have waited longest.
     *
     * @param failedBefore leaves out those whose last check has failed since
     */
    public List<Change> due(String environment, Instant since, Instant failedBefore, int most) {
        return jdbc.sql(Changes.CHANGES + " where " + DUE + " order by checked_at nulls first, id fetch first :most rows only")
            .params(due(environment, since, failedBefore)).param("most", most).query((row, index) -> Changes.change(row, index)).list();
    }

    private static Map<String, Object> due(String environment, Instant since, Instant failedBefore) {
        return Map.of("environment", environment, "since", Changes.utc(since), "failedBefore", Changes.utc(failedBefore));
    }

    /** None of the changes that are {@linkplain #due due} can be compared now. */
    public void allFailed(String environment, Instant since, Instant failedBefore, String why) {
        jdbc.sql("update signonflow_change set check_failed_at = :now, check_failure = :why where " + DUE)
            .params(due(environment, since, failedBefore)).param("now", Changes.utc(clock.instant())).param("why", cut(why)).update();
    }

    /** The change cannot be compared now. What was found before stays. */
    public void failed(String id, String why) {
        jdbc.sql("update signonflow_change set check_failed_at = :now, check_failure = :why where id = :id and " + IN_EFFECT)
            .param("now", Changes.utc(clock.instant())).param("why", cut(why)).param("id", id).update();
    }

    /**
     * The change was compared. Whoever reads the audit learns of what is found, and of what is gone again: both count as a change of it.
     * What was accepted stays so as long as exactly that is found. Does nothing if the change is not in effect any more.
     *
     * @param at       what it was compared with is not older
     * @param findings empty if all is as it was created
     */
    public void compared(String id, Instant at, List<Finding> findings) {
        Optional<Check> last = jdbc.sql(Changes.CHANGES + " where id = :id and " + IN_EFFECT + " for update").param("id", id)
            .query((row, index) -> Optional.ofNullable(check(row)).orElse(Check.NONE)).optional();
        if (last.isEmpty()) {
            return;
        }
        Check before = last.get();
        boolean isKnown = findings.equals(before.differs());
        boolean isAccepted = isKnown && before.acceptedAt() != null;
        jdbc.sql("""
                update signonflow_change set checked_at = :at, drift = :drift, check_failed_at = null, check_failure = null
                where id = :id""")
            .param("at", Changes.utc(at)).param("drift", (isAccepted ? DriftState.UNCHANGED : Check.worst(findings)).name())
            .param("id", id).update();
        if (isKnown) {
            return;
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (before.foundAt() != null && !now.isAfter(before.foundAt())) {
            now = before.foundAt().plusMillis(1);
        }
        jdbc.sql("update signonflow_drift set gone_at = :now where change_id = :id and gone_at is null")
            .param("now", Changes.utc(now)).param("id", id).update();
        if (!findings.isEmpty()) {
            jdbc.sql("insert into signonflow_drift (change_id, found_at, findings) values (:id, :now, :findings)")
                .param("id", id).param("now", Changes.utc(now)).param("findings", JSON.writeValueAsString(findings)).update();
        }
        jdbc.sql("update signonflow_change set drift_found_at = :found, drift_gone_at = :gone, changed_at = :now where id = :id")
            .param("found", Changes.utc(findings.isEmpty() ? before.foundAt() : now), Types.TIMESTAMP_WITH_TIMEZONE)
            .param("gone", findings.isEmpty() ? Changes.utc(now) : null, Types.TIMESTAMP_WITH_TIMEZONE)
            .param("now", Changes.utc(clock.instant())).param("id", id).update();
    }

    /**
     * A person says that what was found is how it should be. The change does not count as differing any more, as long as exactly that is
     * found.
     *
     * @param foundAt when it was found: nothing else is accepted
     * @return whether that is what differs now; otherwise nothing is accepted
     */
    public boolean accept(String id, Instant foundAt, String by, String because) {
        if (jdbc.sql("""
                update signonflow_change set drift = 'UNCHANGED', changed_at = :now
                where id = :id and drift_found_at = :found and drift_gone_at is null and drift <> 'UNCHANGED' and %s""".formatted(IN_EFFECT))
            .param("now", Changes.utc(clock.instant())).param("id", id).param("found", Changes.utc(foundAt)).update() == 0) {
            return false;
        }
        jdbc.sql("""
                update signonflow_drift set accepted_at = :now, accepted_by = :by, accepted_because = :because
                where change_id = :id and found_at = :found""")
            .param("now", Changes.utc(clock.instant())).param("by", by).param("because", because).param("id", id)
            .param("found", Changes.utc(foundAt)).update();
        return true;
    }

    /** What was found of a change, the latest first. */
    public List<Episode> episodes(String id) {
        return reading.sql("""
                select found_at, gone_at, findings, accepted_at, accepted_by, accepted_because from signonflow_drift where change_id = :id
                order by found_at desc fetch first :most rows only""")
            .param("id", id).param("most", MOST_EPISODES).query((row, index) -> new Episode(Changes.instant(row, "found_at"),
                Changes.instant(row, "gone_at"), findings(row.getString("findings")), Changes.instant(row, "accepted_at"),
                row.getString("accepted_by"), row.getString("accepted_because"))).list();
    }

    /**
     * How many changes in effect differ, in each way, and in how many that is accepted; those without any are left out.
     *
     * @param requester only the changes of this user; null for all
     */
    public Map<DriftState, Integer> count(String requester) {
        Map<String, Object> values = new HashMap<>();
        String mine = "";
        if (requester != null) {
            mine = " and requested_by = :requester";
            values.put("requester", requester);
        }
        Map<DriftState, Integer> counts = new EnumMap<>(DriftState.class);
        reading.sql("select drift, count(*) as changes from signonflow_change where (" + Drifted.DRIFTED.condition() + " or "
            + Drifted.ACCEPTED.condition() + ")" + mine + " group by drift").params(values).query(row -> {
                DriftState drift = DriftState.valueOf(row.getString("drift"));
                counts.put(drift == DriftState.UNCHANGED ? DriftState.ACCEPTED : drift, row.getInt("changes"));
            });
        return counts;
    }

    /**
     * Makes a node the one that checks an environment, or lets it go on with that.
     *
     * @return false if another does
     * @throws RuntimeException as of a duplicate key, if another was faster
     */
    public boolean lease(String environment, String node, Duration time) {
        Instant now = clock.instant();
        if (jdbc.sql("""
                update signonflow_check_lease set node = :node, until = :until
                where environment = :environment and (node = :node or until < :now)""")
            .param("node", node).param("until", Changes.utc(now.plus(time))).param("environment", environment)
            .param("now", Changes.utc(now)).update() == 1) {
            return true;
        }
        return jdbc.sql("""
                insert into signonflow_check_lease (environment, node, until) select :environment, :node, :until
                where not exists (select 1 from signonflow_check_lease where environment = :environment)""")
            .param("environment", environment).param("node", node).param("until", Changes.utc(now.plus(time))).update() == 1;
    }

    /** Lets another node check the environment at once. */
    public void release(String environment, String node) {
        jdbc.sql("delete from signonflow_check_lease where environment = :environment and node = :node")
            .param("environment", environment).param("node", node).update();
    }

    /** Of a row with the columns of a change; null if it was never checked. */
    static Check check(ResultSet row) throws SQLException {
        String drift = row.getString("drift");
        Instant failedAt = Changes.instant(row, "check_failed_at");
        Instant foundAt = Changes.instant(row, "drift_found_at");
        Instant goneAt = Changes.instant(row, "drift_gone_at");
        DriftState state = drift == null ? null : DriftState.valueOf(drift);
        return drift == null && failedAt == null ? null : new Check(Changes.instant(row, "checked_at"),
            state == DriftState.UNCHANGED && foundAt != null && goneAt == null ? DriftState.ACCEPTED : state, foundAt, goneAt,
            findings(row.getString("findings")), failedAt, row.getString("check_failure"), Changes.instant(row, "accepted_at"),
            row.getString("accepted_by"), row.getString("accepted_because"));
    }

    private static List<Finding> findings(String json) {
        return json == null ? List.of() : List.of(JSON.readValue(json, Finding[].class));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_FAILURE ? text : text.substring(0, LONGEST_FAILURE);
    }
}
