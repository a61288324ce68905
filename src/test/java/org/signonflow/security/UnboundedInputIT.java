package org.signonflow.security;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.signonflow.Table;
import org.signonflow.harness.JavaProcess;
import org.signonflow.harness.Rest;
import org.signonflow.harness.Wire;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The jar with a heap of 512 MiB, attacked with more than it can take, and how long another person waits meanwhile: from another address,
 * and from the attacker's.
 */
@Timeout(300)
class UnboundedInputIT {

    private static final String ATTACKER = "127.0.0.66";
    private static final String LOGIN = "/camunda/api/admin/auth/user/default/login/tasklist";
    private static final String START = "/engine-rest/process-definition/key/roll-out-sign-on/start";
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
    private static final int LARGE = 300 << 20;
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int QUESTIONS = 8;
    /** As many as are received at a time: each person may send one. */
    private static final int REQUESTERS = 4;
    private static final Table TABLE = new Table("What another person waits while the node is attacked, heap of 512 MiB, in ms", "attack",
        "from", "attackers were answered", "median before", "median", "longest");

    @TempDir
    static Path home;
    private static JavaProcess sandbox;
    private static JavaProcess node;
    private static int port;

    private final List<Thread> attackers = new ArrayList<>();
    private final List<Integer> answers = new CopyOnWriteArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();

    @BeforeAll
    static void start() throws IOException {
        sandbox = JavaProcess.sandbox(home, JavaProcess.jar());
        List<String> java = new ArrayList<>(List.of("-Xmx512m"));
        java.addAll(JavaProcess.jar());
        node = JavaProcess.engine(home, "node", java, List.of("--spring.datasource.url=jdbc:h2:mem:attacked",
            "--signonflow.environments.sandbox.api-url=" + sandbox.uri(), "--signonflow.environments.sandbox.auth-url=" + sandbox.uri()));
        port = node.uri().getPort();
        Rest admin = new Rest(URI.create(node.uri() + "/engine-rest"), Rest.ADMIN);
        for (int i = 0; i < REQUESTERS; i++) {
            admin.post("/user/create", Map.of("profile", Map.of("id", "requester" + i, "firstName", "R", "lastName", "R"),
                "credentials", Map.of("password", "requester" + i + "-sandbox")));
            admin.put("/group/sign-on-requesters/members/requester" + i, Map.of());
        }
        for (int i = 0; i < 30; i++) {
            ask("127.0.0.1", "GET", "/engine-rest/task/count", "");
        }
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
        sandbox.close();
        TABLE.print();
        try (Stream<Path> logs = Files.list(home)) {
            assertThat(logs.filter(path -> path.toString().endsWith(".log"))).allSatisfy(log ->
                assertThat(Files.readString(log)).doesNotContain("OutOfMemoryError"));
        }
    }

    @AfterEach
    void stopAttack() throws InterruptedException {
        over.set(true);
        for (Thread attacker : attackers) {
            attacker.join();
        }
        attackers.clear();
    }

    private static Duration ask(String from, String method, String path, String body) throws IOException {
        long begun = System.nanoTime();
        try (Wire wire = new Wire(from, port)) {
            wire.head(method, path, Wire.authorization("approver") + JSON + "Content-Length: " + body.length() + "\r\n").send(body);
            int status = wire.status();
            // Callers from the attacker's address may be told to retry.
            if (status != 429 || !from.equals(ATTACKER)) {
                assertThat(status).as("%s %s from %s", method, path, from).isEqualTo(200);
                return Duration.ofNanos(System.nanoTime() - begun);
            }
        }
        return Duration.ofNanos(System.nanoTime() - begun).plus(ask(from, method, path, body));
    }

    private static List<Duration> waits(String from) throws IOException {
        List<Duration> waits = new ArrayList<>();
        for (int i = 0; i < QUESTIONS; i++) {
            waits.add(ask(from, "GET", "/engine-rest/task/count", ""));
            waits.add(ask(from, "POST", "/engine-rest/task/count", "{}"));
        }
        return waits.stream().sorted().toList();
    }

    private interface Attack {
        void on(Wire wire, int attacker) throws Exception;
    }

    /** Attacks again and again, this many at a time, while others send requests. */
    private void attack(String name, int many, Attack attack) throws Exception {
        over.set(false);
        answers.clear();
        List<Duration> before = waits("127.0.0.1");
        for (int i = 0; i < many; i++) {
            int number = i;
            Thread attacker = new Thread(() -> {
                while (!over.get()) {
                    try (Wire wire = new Wire(ATTACKER, port)) {
                        try {
                            attack.on(wire, number);
                        } catch (IOException hungUp) {
                            // The response may still be readable.
                        }
                        answers.add(wire.status());
                        Thread.sleep(20);
                    } catch (Exception hungUp) {
                        answers.add(-1);
                    }
                }
            });
            attacker.setDaemon(true);
            attacker.start();
            attackers.add(attacker);
        }
        Thread.sleep(1_500);
        List<Duration> beside = waits("127.0.0.1");
        List<Duration> same = waits(ATTACKER);
        stopAttack();
        String statuses = answers.stream().distinct().sorted().map(status -> "%d: %d".formatted(status, count(status))).toList().toString();
        row(name, "another address", statuses, before, beside);
        row(name, "the same address", statuses, before, same);
        // The attackers use the same processors, which may have other work too.
        Duration bound = SOON.plus(median(before).multipliedBy(10));
        assertThat(median(beside)).isLessThan(bound);
        assertThat(median(same)).isLessThan(bound);
        ask("127.0.0.1", "GET", "/engine-rest/task/count", "");
    }

    private long count(int status) {
        return answers.stream().filter(answer -> answer == status).count();
    }

    private static Duration median(List<Duration> sorted) {
        return sorted.get(sorted.size() / 2);
    }

    private static void row(String name, String from, String statuses, List<Duration> before, List<Duration> now) {
        TABLE.row(name, from, statuses, median(before).toMillis(), median(now).toMillis(), now.get(now.size() - 1).toMillis());
    }

    @Test
    void loginsThatSendOneByteOutOfAHundred() throws Exception {
        attack("210 logins that send one byte of a hundred", 210, (wire, i) ->
            wire.head("POST", LOGIN, FORM + "Content-Length: 100\r\n").send("u"));
    }

    @Test
    void anEndlessLoginForm() throws Exception {
        attack("login forms of 300 MB", 4, (wire, i) -> {
            wire.head("POST", LOGIN, FORM + "Content-Length: " + LARGE + "\r\n").send("username=u&password=");
            send(wire, LARGE);
        });
        attack("login forms of 300 MB, in chunks", 4, (wire, i) -> chunks(wire.head("POST", LOGIN, FORM + "Transfer-Encoding: chunked\r\n")));
    }

    @Test
    void startsByUnauthorisedUsers() throws Exception {
        byte[] start = rollOut(12 << 20);
        attack("12 MiB of JSON to /start as operator", 4, (wire, i) ->
            wire.head("POST", START, Wire.authorization("operator") + JSON + "Content-Length: " + start.length + "\r\n").send(start));
        assertThat(answers).contains(403).doesNotContain(200, 400, 500);
    }

    @Test
    void startsByRequesters() throws Exception {
        byte[] start = rollOut((12 << 20) - 1_000);
        attack("12 MiB of JSON to /start as requester", 4, (wire, i) ->
            wire.head("POST", START, Wire.authorization("requester" + i) + JSON + "Content-Length: " + start.length + "\r\n").send(start));
        assertThat(answers).doesNotContain(200, 403, 500);
        byte[] deep = ("{\"variables\": {\"list\": {\"value\": [" + "{\"a\":1},".repeat((12 << 20) / 8 - 100) + "0]}}}").getBytes(
            StandardCharsets.US_ASCII);
        attack("12 MiB of members to /start as requester", 4, (wire, i) ->
            wire.head("POST", START, Wire.authorization("requester" + i) + JSON + "Content-Length: " + deep.length + "\r\n").send(deep));
    }

    @Test
    void endlessQueries() throws Exception {
        attack("300 MB to POST /task as requester", 4, (wire, i) -> {
            wire.head("POST", "/engine-rest/task", Wire.authorization("requester") + JSON + "Content-Length: " + LARGE + "\r\n");
            send(wire, LARGE);
        });
        attack("300 MB to POST /task as requester, in chunks", 4, (wire, i) ->
            chunks(wire.head("POST", "/engine-rest/task", Wire.authorization("requester") + JSON + "Transfer-Encoding: chunked\r\n")));
    }

    private static void send(Wire wire, int length) throws IOException {
        byte[] piece = new byte[1 << 20];
        Arrays.fill(piece, (byte) 'x');
        for (int sent = 0; sent < length; sent += piece.length) {
            wire.send(piece);
        }
    }

    private static void chunks(Wire wire) throws IOException {
        String piece = "100000\r\n" + "x".repeat(1 << 20) + "\r\n";
        for (int sent = 0; sent < LARGE; sent += 1 << 20) {
            wire.send(piece);
        }
    }

    /** The largest possible list, with every row invalid. */
    private static byte[] rollOut(int length) {
        int list = length / 4 * 3 - 1_000;
        StringBuilder rows = new StringBuilder("applicationName,policyName\n");
        IntStream.iterate(0, i -> rows.length() < Math.min(list, 8 << 20) - 1_000, i -> i + 1).forEach(i ->
            rows.append("Application ").append(i).append(",").append("P".repeat(800)).append("\n"));
        String start = "{\"variables\": {\"name\": {\"value\": \"Large\"}, \"list\": {\"type\": \"File\", \"valueInfo\": {\"filename\": "
            + "\"list.csv\"}, \"value\": \"" + Base64.getEncoder().encodeToString(rows.toString().getBytes(StandardCharsets.US_ASCII)) + "\"}}}";
        return (start + " ".repeat(Math.max(0, length - start.length()))).getBytes(StandardCharsets.US_ASCII);
    }
}
