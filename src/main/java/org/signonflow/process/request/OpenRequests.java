package org.signonflow.process.request;

import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Limits the number of open flows and roll-outs per person and per environment: each one that waits holds a policy in PingOne, which allows
 * a hundred. A roll-out counts as one. What the application starts by itself is not limited.
 *
 * <p>Concurrent starts do not see each other, so a limit may be exceeded by as many as start at the same time.
 */
@Component
public class OpenRequests {

    private static final String REFUSAL = "%s has %,d open requests, which is the limit for %s. Start this one after others have ended.";

    private final int perRequester;
    private final int perEnvironment;
    private final JdbcClient jdbc;

    /** @param perRequester 0 for no limit, likewise for the other */
    OpenRequests(@Value("${signonflow.limits.per-requester}") int perRequester,
                 @Value("${signonflow.limits.per-environment}") int perEnvironment, JdbcClient jdbc) {
        this.perRequester = perRequester;
        this.perEnvironment = perEnvironment;
        this.jdbc = jdbc;
    }

    /**
     * Counts the starting instance from now until it ends.
     *
     * @param user null if nobody is logged in
     * @throws TooManyOpenRequests if a limit is reached
     */
    public void add(DelegateExecution execution, String user, Collection<String> environments) {
        if (user == null) {
            return;
        }
        String by = user.toLowerCase(Locale.ROOT);
        for (String environment : new TreeSet<>(environments)) {
            if (refusal(by, environment) != null) {
                forgetEnded(execution.getProcessEngineServices().getRuntimeService(), by, environment);
                String refusal = refusal(by, environment);
                if (refusal != null) {
                    throw new TooManyOpenRequests(refusal);
                }
            }
        }
        for (String environment : new TreeSet<>(environments)) {
            jdbc.sql("insert into signonflow_open_request (instance_id, environment, requested_by) values (:id, :environment, :by)")
                .param("id", execution.getProcessInstanceId()).param("environment", environment).param("by", by).update();
        }
    }

    /** Null if there is room. */
    private String refusal(String by, String environment) {
        int[] open = jdbc.sql("""
                select (select count(distinct instance_id) from signonflow_open_request where requested_by = :by) as own,
                (select count(*) from signonflow_open_request where environment = :environment) as there""")
            .param("by", by).param("environment", environment)
            .query((row, index) -> new int[] {row.getInt("own"), row.getInt("there")}).single();
        return isReached(perRequester, open[0]) ? REFUSAL.formatted(by, open[0], "a person")
            : isReached(perEnvironment, open[1]) ? REFUSAL.formatted(environment, open[1], "an environment") : null;
    }

    private static boolean isReached(int most, int open) {
        return most > 0 && open >= most;
    }

    private void forgetEnded(RuntimeService runtime, String by, String environment) {
        // Ordered, so that two that do this at once cannot deadlock.
        List<String> known = jdbc.sql("""
                select distinct instance_id from signonflow_open_request where requested_by = :by or environment = :environment
                order by instance_id""")
            .param("by", by).param("environment", environment).query(String.class).list();
        Set<String> running = new HashSet<>();
        runtime.createProcessInstanceQuery().processInstanceIds(new HashSet<>(known)).listPage(0, known.size())
            .forEach(instance -> running.add(instance.getId()));
        known.stream().filter(id -> !running.contains(id)).forEach(id ->
            jdbc.sql("delete from signonflow_open_request where instance_id = :id").param("id", id).update());
    }
}
