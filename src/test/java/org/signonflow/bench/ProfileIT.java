package org.signonflow.bench;

import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.signonflow.Table;
import org.signonflow.harness.Database;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** B2: which SQL statements a flow needs, and what the engine spends CPU time on, with the starter's settings and with ours. */
@EnabledIfSystemProperty(named = "bench", matches = ".*")
class ProfileIT {

    private static final int WARM_UP = 8;
    private static final int FLOWS = 300;
    private static final List<String> VERBS = List.of("select", "insert", "update", "delete");
    private static final Pattern STATEMENT = Pattern.compile("^(select|insert|update|delete)\\b.*?\\b((act_|signonflow_)\\w+)");

    /** The innermost frame of a stack trace that has one of these packages tells which work the sample belongs to. */
    private static final Map<String, String> WORK = work();

    @Test
    void statementsAndCpuTime() throws IOException, SQLException {
        try (Bench bench = new Bench(); Database.Postgres postgres = Database.postgres(bench.home)) {
            try (Connection connection = postgres.connect(); Statement statement = connection.createStatement()) {
                statement.execute("create extension pg_stat_statements");
            }
            Profile before = profile(bench, postgres, bench.start("starter", postgres.another("starter"), Bench.STARTER));
            Profile after = profile(bench, postgres, bench.start("signonflow", postgres.another("signonflow")));
            statements(before, after, Machine.described(postgres)).print();
            processorTime(before, after, Machine.described(postgres)).print();
        }
    }

    /** @param statements number per flow, by table and verb; each row of a batch counts as one */
    private record Profile(Map<String, Map<String, Double>> statements, Map<String, Double> milliseconds) {
    }

    private static Profile profile(Bench bench, Database.Postgres postgres, Node node) throws IOException, SQLException {
        // Before the warm-up, since the recorder makes the JVM recompile what it instruments.
        Machine.runJcmd(node.process.handle(), "JFR.start", "name=bench", "settings=profile");
        for (int turn = 0; turn < WARM_UP; turn++) {
            bench.fresh(0);
            node.flowsPerSecond(FLOWS);
        }
        bench.fresh(0);
        Path recording = bench.home.resolve(node.process.handle().pid() + ".jfr");
        try (Connection connection = postgres.connect(); Statement statement = connection.createStatement()) {
            statement.execute("select pg_stat_statements_reset()");
            Instant begun = Instant.now();
            double processor = Machine.processorTime(node.process.handle()).toMillis();
            node.flowsPerSecond(FLOWS);
            processor = Machine.processorTime(node.process.handle()).toMillis() - processor;
            Map<String, Map<String, Double>> counted = count(statement);
            Machine.runJcmd(node.process.handle(), "JFR.stop", "name=bench", "filename=" + recording);
            return new Profile(counted, share(recording, begun, processor / FLOWS));
        } finally {
            node.process.close();
        }
    }

    private static Map<String, Map<String, Double>> count(Statement statement) throws SQLException {
        Map<String, Map<String, Double>> counted = new TreeMap<>();
        try (ResultSet row = statement.executeQuery("select lower(regexp_replace(query, '\\s+', ' ', 'g')), calls from pg_stat_statements")) {
            while (row.next()) {
                Matcher known = STATEMENT.matcher(row.getString(1));
                if (known.find()) {
                    counted.computeIfAbsent(known.group(2), table -> new TreeMap<>())
                        .merge(known.group(1), row.getLong(2) / (double) FLOWS, Double::sum);
                } else if (row.getString(1).equals("commit")) {
                    counted.put("(commit)", Map.of("update", row.getLong(2) / (double) FLOWS));
                }
            }
        }
        return counted;
    }

    private static Map<String, Double> share(Path recording, Instant since, double milliseconds) throws IOException {
        Map<String, Integer> samples = new LinkedHashMap<>();
        WORK.values().forEach(work -> samples.put(work, 0));
        int all = 0;
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                var event = file.readEvent();
                if (event.getEventType().getName().equals("jdk.ExecutionSample") && event.getStackTrace() != null
                        && event.getStartTime().isAfter(since)) {
                    samples.merge(work(event.getStackTrace().getFrames()), 1, Integer::sum);
                    all++;
                }
            }
        }
        Map<String, Double> shares = new LinkedHashMap<>();
        for (Map.Entry<String, Integer> each : samples.entrySet()) {
            shares.put(each.getKey(), milliseconds * each.getValue() / all);
        }
        return shares;
    }

    private static String work(List<RecordedFrame> frames) {
        for (RecordedFrame frame : frames) {
            String type = frame.getMethod().getType().getName();
            for (Map.Entry<String, String> known : WORK.entrySet()) {
                if (type.startsWith(known.getKey())) {
                    return known.getValue();
                }
            }
        }
        return "other";
    }

    private static Table statements(Profile before, Profile after, String machine) {
        Table table = new Table(("B2: SQL statements per MFA flow, on the starter's settings -> on Signonflow's, counted by PostgreSQL over %d "
            + "flows; each row of a batch is one.\n%s").formatted(FLOWS, machine), "table", "select", "insert", "update", "delete", "all");
        TreeSet<String> tables = new TreeSet<>(before.statements.keySet());
        tables.addAll(after.statements.keySet());
        Map<String, double[]> sums = new LinkedHashMap<>();
        for (String name : tables) {
            List<Object> cells = new ArrayList<>(List.of(name));
            double[] all = new double[2];
            for (String verb : VERBS) {
                double was = before.statements.getOrDefault(name, Map.of()).getOrDefault(verb, 0.0);
                double is = after.statements.getOrDefault(name, Map.of()).getOrDefault(verb, 0.0);
                cells.add(change(was, is));
                all[0] += was;
                all[1] += is;
                double[] sum = sums.computeIfAbsent(verb, any -> new double[2]);
                sum[0] += was;
                sum[1] += is;
            }
            cells.add(change(all[0], all[1]));
            if (all[0] >= 0.5 || all[1] >= 0.5) {
                table.row(cells.toArray());
            }
        }
        List<Object> cells = new ArrayList<>(List.of("all"));
        VERBS.forEach(verb -> cells.add(change(sums.get(verb)[0], sums.get(verb)[1])));
        cells.add(change(sums.values().stream().mapToDouble(sum -> sum[0]).sum(), sums.values().stream().mapToDouble(sum -> sum[1]).sum()));
        table.row(cells.toArray());
        return table;
    }

    private static String change(double was, double is) {
        return was < 0.05 && is < 0.05 ? "" : "%.1f -> %.1f".formatted(was, is);
    }

    private static Table processorTime(Profile before, Profile after, String machine) {
        Table table = new Table(("B2: what the engine spends CPU time on per MFA flow, by the samples of Java's flight recorder over "
            + "%d flows at 0 ms.\n%s").formatted(FLOWS, machine), "work", "starter's settings", "Signonflow's");
        TreeSet<String> works = new TreeSet<>(before.milliseconds.keySet());
        works.addAll(after.milliseconds.keySet());
        works.forEach(work -> table.row(work, "%.1f ms".formatted(before.milliseconds.getOrDefault(work, 0.0)),
            "%.1f ms".formatted(after.milliseconds.getOrDefault(work, 0.0))));
        table.row("all", "%.1f ms".formatted(before.milliseconds.values().stream().mapToDouble(each -> each).sum()),
            "%.1f ms".formatted(after.milliseconds.values().stream().mapToDouble(each -> each).sum()));
        return table;
    }

    private static Map<String, String> work() {
        Map<String, String> work = new LinkedHashMap<>();
        work.put("org.postgresql", "database driver");
        work.put("com.zaxxer", "database driver");
        work.put("org.apache.ibatis", "mapping SQL (MyBatis)");
        work.put("okhttp3", "calls to PingOne");
        work.put("okio", "calls to PingOne");
        work.put("org.signonflow.pingone", "calls to PingOne");
        work.put("org.signonflow.journal", "journal");
        work.put("org.springframework.jdbc", "journal");
        for (String web : List.of("org.camunda.bpm.engine.rest", "org.glassfish", "org.apache", "org.springframework.security",
            "org.springframework.web", "com.fasterxml")) {
            work.put(web, "REST and JSON");
        }
        work.put("org.camunda", "engine");
        return work;
    }
}
