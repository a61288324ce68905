package org.signonflow.change;

import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * What has become of changes, and how long they waited for an approval, by day in UTC. An undo is no change to how users sign on: it counts
 * by what it has undone.
 */
@Repository
public class Outcomes {

    // Days are counted from the first, since the databases' own days depend on the connection's time zone.
    private static final String DAY = "cast(extract(day from %s - cast(:from as timestamp with time zone)) as integer) as days";
    private static final String CHANGES = " from signonflow_change where flow <> '" + Flow.UNDO + "'";

    private final JdbcClient jdbc;

    /** @param queryTimeout how long the database may take; whole seconds */
    Outcomes(DataSource database, @Value("${signonflow.security.query-timeout}") Duration queryTimeout) {
        this.jdbc = BoundedQueries.of(database, queryTimeout);
    }

    /**
     * A day's changes.
     *
     * @param ended      what has become of those that ended on that day: their state, or {@link Standing#UNDONE} if they have been undone
     *                   since; what none have become is left out
     * @param toApproval the median of the time from a request to its approval, of what was approved on that day; null if nothing was. Rows
     *                   of roll-outs do not count, since they are approved with their roll-out
     */
    public record Day(Map<Standing, Integer> ended, Duration toApproval) {
    }

    /**
     * The days on which something ended or was approved, earliest first.
     *
     * @param requester only the changes of this user; null for all
     */
    public Map<LocalDate, Day> since(LocalDate first, String requester) {
        OffsetDateTime from = first.atStartOfDay().atOffset(ZoneOffset.UTC);
        Map<String, Object> values = new HashMap<>(Map.of("from", from));
        String which = CHANGES;
        if (requester != null) {
            which += " and requested_by = :requester";
            values.put("requester", requester);
        }
        Map<LocalDate, Day> days = new TreeMap<>();
        // Each reads an index alone, which has all of these columns.
        jdbc.sql("select days, outcome, count(*) as changes from (select " + DAY.formatted("ended_at")
            + ", case when undone_at is null then state else 'UNDONE' end as outcome" + which + " and ended_at >= :from) ended "
            + "group by days, outcome").params(values).query(row -> {
                days.computeIfAbsent(first.plusDays(row.getLong("days")), day -> new Day(new EnumMap<>(Standing.class), null))
                    .ended().put(Standing.valueOf(row.getString("outcome")), row.getInt("changes"));
            });
        jdbc.sql("select days, extract(epoch from percentile_cont(0.5) within group (order by waited)) as median from (select "
            + DAY.formatted("decided_at") + ", decided_at - requested_at as waited" + which
            + " and decided_at >= :from and decision = 'approve') approved group by days").params(values).query(row -> {
                days.merge(first.plusDays(row.getLong("days")),
                    new Day(new EnumMap<>(Standing.class), Duration.ofSeconds((long) row.getDouble("median"))),
                    (known, approved) -> new Day(known.ended(), approved.toApproval()));
            });
        return days;
    }
}
