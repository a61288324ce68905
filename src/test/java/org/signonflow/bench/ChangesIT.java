package org.signonflow.bench;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.signonflow.Table;
import org.signonflow.harness.Database;
import org.springframework.jdbc.core.JdbcTemplate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What two hundred thousand changes cost those who look at them, from outside, with the login of each request. */
@EnabledIfSystemProperty(named = "bench", matches = ".*")
class ChangesIT {

    private static final int CHANGES = 200_000;
    private static final int QUERIES = 41;
    private static final int WARM_UP = 60;
    private static final Map<String, String> PAGES = pages();

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static Map<String, String> pages() {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("home", "/");
        pages.put("picture of the last 30 days", "/changes/outcomes");
        pages.put("list", "/changes");
        pages.put("list of one state", "/changes?state=REJECTED");
        pages.put("list of what is stuck", "/changes?state=STUCK");
        pages.put("list of one requester", "/changes?requester=requester7");
        pages.put("list of one environment and period", "/changes?environment=sandbox&from=2026-03-01&to=2026-03-31");
        pages.put("search that finds many", "/changes?q=application%201");
        pages.put("search that finds one", "/changes?q=policy_77777x");
        pages.put("search that finds nothing", "/changes?q=nothing-like-this");
        pages.put("page from the middle", "/changes?after=change-100000");
        pages.put("JSON, 100 changes", "/api/changes");
        pages.put("one change", "/changes/change-100000");
        return pages;
    }

    @Test
    void pagesWithManyChanges() throws IOException, InterruptedException, SQLException {
        try (Bench bench = new Bench(); Database.Postgres postgres = Database.postgres(bench.home)) {
            Node node = bench.start("node", postgres, "--signonflow.changes.catch-up-after=1h");
            JdbcTemplate jdbc = new JdbcTemplate(postgres.content(bench.home));
            insert(jdbc, 1);
            for (int query = 0; query < WARM_UP; query++) {
                for (String path : PAGES.values()) {
                    take(node, path);
                }
            }
            Map<String, List<Double>> few = take(node);
            insert(jdbc, CHANGES);
            // As autovacuum does in the meantime, where they were not all requested at once.
            jdbc.execute("vacuum analyze signonflow_change");
            take(node);
            Map<String, List<Double>> many = take(node);
            Table table = new Table(("Pages of changes, as an operator; medians of %d requests, one after the other.\n%s")
                .formatted(QUERIES, Machine.described(postgres)), "page", "with one change", "with %,d".formatted(CHANGES), "ratio");
            PAGES.keySet().forEach(page -> {
                double before = Alternation.median(few.get(page));
                double after = Alternation.median(many.get(page));
                table.row(page, "%.1f ms".formatted(before), "%.1f ms".formatted(after), "%.2f".formatted(after / before));
            });
            table.print();
        }
    }

    /** Over a year, most of them completed, by a hundred requesters. */
    private static void insert(JdbcTemplate jdbc, int many) {
        jdbc.update("delete from signonflow_change");
        jdbc.update("""
            insert into signonflow_change (id, flow, environment, application_name, policy_name, search, requested_by, requested_at, state,
                changed_at, ended_at, incident_id, incident, decision, decided_by, decided_at)
            select 'change-' || n, 'configure-mfa-sign-on', case when n % 4 = 0 then 'production' else 'sandbox' end, 'Application ' || n,
                'Policy_' || n || 'x', 'change-' || n || chr(10) || 'application ' || n || chr(10) || chr(10) || 'policy_' || n || 'x',
                'requester' || n % 100, at, case when n % 1000 < 2 then 'WAITING_FOR_APPROVAL' when n % 50 = 2 then 'REJECTED'
                else 'COMPLETED' end, at + interval '20 minutes', case when n % 1000 < 2 then null else at + interval '20 minutes' end,
                case when n % 10000 = 0 then 'incident-' || n end,
                case when n % 10000 = 0 then 'PingOne did not carry out POST /signOnPolicies.' end,
                case when n % 1000 < 2 or n % 50 = 2 then null else 'approve' end,
                case when n % 1000 < 2 or n % 50 = 2 then null else 'approver' end,
                case when n % 1000 < 2 or n % 50 = 2 then null else at + interval '15 minutes' end
            from (select n, now() - (n - 100000) * interval '150 seconds' - interval '1 hour' as at
                from generate_series(100000, 99999 + ?) n) changes""", many);
    }

    private Map<String, List<Double>> take(Node node) throws IOException, InterruptedException {
        Map<String, List<Double>> taken = new LinkedHashMap<>();
        for (int query = 0; query < QUERIES; query++) {
            for (Map.Entry<String, String> page : PAGES.entrySet()) {
                taken.computeIfAbsent(page.getKey(), name -> new ArrayList<>()).add(take(node, page.getValue()));
            }
        }
        return taken;
    }

    private double take(Node node, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.process.uri() + path)).header("Accept", "text/html,*/*")
            .header("Authorization", "Basic " + Base64.getEncoder().encodeToString("operator:operator-sandbox".getBytes())).build();
        long begun = System.nanoTime();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        double millis = (System.nanoTime() - begun) / 1e6;
        if (answer.statusCode() != 200) {
            throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return millis;
    }
}
