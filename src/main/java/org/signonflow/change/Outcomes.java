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

/** How changes have ended, and how long they waited for an approval, by day in UTC. */
@Repository
public class Outcomes {

    // Days are counted from the first, since the databases' own days depend on the connection's time zone.
    private static final String DAY = "floor((extract(epoch from %s) - :epoch) / 86400) as days";

    private final JdbcClient jdbc;

    /** @param queryTimeout how long the database may take; whole seconds */
    Outcomes(DataSource database, @Value("${signonflow.security.query-timeout}") Duration queryTimeout) {
        this.jdbc = Changes.bounded(database, queryTimeout);
    }

    /**
     * A day's changes.
     *
     * @param ended      how many have ended in each state; those without any are left out
     * @param toApproval the median of the time from a request to its approval, of what was approved on that day; null if nothing was. Rows
     *                   of roll-outs do not count, since they are approved with their roll-out
     */
    public record Day(Map<ChangeState, Integer> ended, Duration toApproval) {
    }

    /**
     * The days on which something ended or was approved, earliest first.
     *
     * @param requester only the changes of this user; null for all
     */
    public Map<LocalDate, Day> since(LocalDate first, String requester) {
        OffsetDateTime from = first.atStartOfDay().atOffset(ZoneOffset.UTC);
        Map<String, Object> values = new HashMap<>(Map.of("from", from, "epoch", from.toEpochSecond()));
        String mine = "";
        if (requester != null) {
            mine = " and requested_by = :requester";
            values.put("requester", requester);
        }
        Map<LocalDate, Day> days = new TreeMap<>();
        jdbc.sql("select days, state, count(*) as changes from (select " + DAY.formatted("ended_at") + ", state from signonflow_change "
            + "where ended_at >= :from" + mine + ") ended group by days, state").params(values).query(row -> {
                days.computeIfAbsent(first.plusDays(row.getLong("days")), day -> new Day(new EnumMap<>(ChangeState.class), null))
                    .ended().put(ChangeState.valueOf(row.getString("state")), row.getInt("changes"));
            });
        // What was approved has changed since, so the index on that finds it.
        jdbc.sql("select days, percentile_cont(0.5) within group (order by seconds) as median from (select " + DAY.formatted("decided_at")
            + ", extract(epoch from decided_at) - extract(epoch from requested_at) as seconds from signonflow_change "
            + "where changed_at >= :from and decided_at >= :from and decision = 'approve'" + mine + ") approved group by days")
            .params(values).query(row -> {
                days.merge(first.plusDays(row.getLong("days")),
                    new Day(new EnumMap<>(ChangeState.class), Duration.ofSeconds(row.getLong("median"))),
                    (known, approved) -> new Day(known.ended(), approved.toApproval()));
            });
        return days;
    }
}
