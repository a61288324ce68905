package org.signonflow.bench;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.signonflow.Table;
import org.signonflow.bench.Alternation.Measurement;
import org.signonflow.harness.Database;
import org.signonflow.harness.JavaProcess;
import org.signonflow.harness.UnpackedJar;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** B6: how soon it is usable after the start, and what ten thousand waiting approvals cost. */
@EnabledIfSystemProperty(named = "bench", matches = ".*")
class StartAndApprovalsIT {

    private static final int STARTS = 3;
    private static final int WAITING = 10_000;
    private static final int STEP = 1_000;
    private static final int QUERIES = 51;
    private static final int FLOWS = 150;
    private static final int WARM_UP = 5;
    private static final int TURNS = 3;

    @Test
    void fromTheCommandToTheFirstCompletedFlow() throws IOException, SQLException {
        try (Bench bench = new Bench(); Database.Postgres postgres = Database.postgres(bench.home)) {
            int[] count = {0};
            Database used = postgres.another("used");
            Map<String, Measurement<double[]>> compared = new LinkedHashMap<>();
            List<String> jar = JavaProcess.jar();
            List<String> image = UnpackedJar.java(bench.home.resolve("image"), List.of());
            compared.put("H2, new", () -> firstFlow(bench, "h2-" + count[0]++, jar, Database.h2()));
            compared.put("H2, new; as in the image", () -> firstFlow(bench, "image-h2-" + count[0]++, image, Database.h2()));
            compared.put("PostgreSQL, new", () -> firstFlow(bench, "new-" + count[0], jar, postgres.another("new" + count[0]++)));
            compared.put("PostgreSQL, used before", () -> firstFlow(bench, "used", jar, used));
            compared.put("PostgreSQL, used before; as in the image", () -> firstFlow(bench, "image-used", image, used));
            firstFlow(bench, "used", jar, used);
            Map<String, List<double[]>> taken = Alternation.take(STARTS, compared);
            Table table = new Table("B6: from the command to the first completed MFA flow, the sandbox at 0 ms; medians of %d turns.\n%s"
                .formatted(STARTS, Machine.described(postgres)), "database", "first flow completed", "resident memory then");
            taken.forEach((name, starts) -> table.row(name,
                "%.1f s".formatted(Alternation.median(starts.stream().map(start -> start[0]).toList())),
                "%.0f MiB".formatted(Alternation.median(starts.stream().map(start -> start[1]).toList()))));
            table.print();
        }
    }

    private static double[] firstFlow(Bench bench, String name, List<String> java, Database database) throws IOException {
        long begun = System.nanoTime();
        Node node = bench.start(name, java, database);
        node.oneFlow(Duration.ZERO);
        double seconds = (System.nanoTime() - begun) / 1e9;
        long memory = Machine.residentMebibytes(node.process.handle());
        node.process.close();
        return new double[] {seconds, memory};
    }

    @Test
    void tenThousandWaitingApprovals() throws IOException, SQLException {
        try (Bench bench = new Bench(); Database.Postgres postgres = Database.postgres(bench.home)) {
            Node node = bench.start("node", postgres);
            Table table = new Table(("B6: with many approvals waiting, created by the product itself: how long an approver waits for the "
                + "first page and the number of Tasklist's list by REST (median of %d), and effects on other flows: each approval has two "
                + "timers that the job executor looks past.\n%s").formatted(QUERIES, Machine.described(postgres)),
                "waiting", "approver waits", "flows/s at the same time", "one flow", "resident memory");
            for (int turn = 0; turn < WARM_UP; turn++) {
                bench.fresh(0);
                node.flowsPerSecond(FLOWS);
            }
            for (int waiting = 0; waiting <= WAITING; waiting += STEP) {
                if (waiting > 0) {
                    bench.fresh(0);
                    node.startWaiting(STEP);
                }
                if (waiting == 0 || waiting == STEP || waiting == WAITING) {
                    row(bench, node, table, waiting);
                }
            }
            table.print();
        }
    }

    private static void row(Bench bench, Node node, Table table, int waiting) throws IOException {
        List<Double> approvals = new ArrayList<>();
        for (int query = 0; query < 2 * QUERIES; query++) {
            approvals.add(node.approvals().toNanos() / 1e6);
        }
        List<Double> rates = new ArrayList<>();
        List<Double> flows = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            bench.fresh(0);
            rates.add(node.flowsPerSecond(FLOWS));
            flows.add(node.oneFlow(Duration.ZERO).toNanos() / 1e6);
        }
        table.row("%,d".formatted(waiting), "%.1f ms".formatted(Alternation.median(approvals.subList(QUERIES, 2 * QUERIES))),
            "%.1f".formatted(Alternation.median(rates)), "%.1f ms".formatted(Alternation.median(flows)),
            "%d MiB".formatted(Machine.residentMebibytes(node.process.handle())));
    }
}
