package org.signonflow.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The control is for people and tests on the same machine, and not for pages that their browsers have open. */
class ControlTest extends SandboxTest {

    private static final String DROP = "{\"effect\": \"drop\"}";

    private static int status(URI sandbox, String method, String what, String headers) throws IOException {
        try (Socket socket = new Socket(sandbox.getHost(), sandbox.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write("%s /sandbox/%s HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n".formatted(method, what, headers)
                    .getBytes(StandardCharsets.US_ASCII));
            return Integer.parseInt(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split(" ", 3)[1]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp",
        "text/plain; application/json", "-"})
    void aFaultMustBeSentAsJson(String type) {
        HttpRequest.Builder request = HttpRequest.newBuilder(caller.base.resolve("/sandbox/faults")).POST(BodyPublishers.ofString(DROP));
        if (!type.equals("-")) {
            request.header("Content-Type", type);
        }
        assertThat(caller.send(request.build()).status()).isEqualTo(415);
        assertThat(caller.control("GET", "faults", null).body()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"localhost, 204", "LocalHost:9400, 204", "127.0.0.1:1, 204", "[::1]:9400, 204", "evil.example, 421",
        "evil.example:9400, 421",
        "127.0.0.1.evil.example, 421", "localhost.evil.example, 421", "sandbox, 421", "0.0.0.0:9400, 421"})
    void itAnswersToLoopbackNamesOnly(String host, int status) throws IOException {
        for (String call : new String[] {"POST reset", "DELETE faults"}) {
            assertThat(status(caller.base, call.split(" ")[0], call.split(" ")[1], "Host: " + host)).as(call).isEqualTo(status);
        }
        assertThat(status(caller.base, "GET", "state", "Host: " + host)).isEqualTo(status == 204 ? 200 : status);
    }

    @Test
    void itAnswersToConfiguredNames() throws IOException {
        try (Sandbox named = Sandbox.start(Map.of("signonflow.sandbox.port", 0, "signonflow.sandbox.host-names", "sandbox,pingone"))) {
            for (String host : new String[] {"sandbox:9400", "Sandbox", "pingone", "localhost"}) {
                assertThat(status(named.uri(), "GET", "state", "Host: " + host)).as(host).isEqualTo(200);
            }
            assertThat(status(named.uri(), "GET", "state", "Host: sandbox.evil.example")).isEqualTo(421);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "null", "http://localhost:9400"})
    void itRefusesRequestsFromPages(String origin) throws IOException {
        assertThat(status(caller.base, "POST", "reset", "Host: localhost\r\nOrigin: " + origin)).isEqualTo(403);
        assertThat(status(caller.base, "POST", "reset", "Host: localhost\r\nSec-Fetch-Site: none")).isEqualTo(204);
    }
}
