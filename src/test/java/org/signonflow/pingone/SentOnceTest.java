package org.signonflow.pingone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.signonflow.pingone.FakePingOne.ID;
import static org.signonflow.pingone.PingOneException.Outcome.NOT_NOW;
import static org.signonflow.pingone.PingOneException.Outcome.REFUSED;
import static org.signonflow.pingone.PingOneException.Outcome.UNKNOWN;
import static org.signonflow.pingone.RawServer.reply;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Counts arrivals at the server: a request reaches it exactly once, whatever the server does, even on a reused connection. */
class SentOnceTest {

    private static final String ENVIRONMENT = "{\"id\":\"" + ID + "\"}";
    private static final String ERROR = "{\"code\":\"UNEXPECTED_ERROR\"}";

    private RawServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RawServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    static Stream<Arguments> answers() {
        return Stream.of(
            Arguments.of("reply lost, FIN", "", RawServer.End.FIN, 0, UNKNOWN),
            Arguments.of("reply lost, RST", "", RawServer.End.RST, 0, UNKNOWN),
            Arguments.of("silence", "", RawServer.End.SILENCE, 0, UNKNOWN),
            Arguments.of("cut in the headers", "HTTP/1.1 201 Created\r\nContent-Le", RawServer.End.FIN, 0, UNKNOWN),
            Arguments.of("garbage", "\u0000\u0001garbage\r\n\r\n", RawServer.End.FIN, 0, UNKNOWN),
            Arguments.of("negative status", "HTTP/1.1 -12 No\r\n\r\n", RawServer.End.FIN, 0, UNKNOWN),
            Arguments.of("500", reply("500 Error", ERROR), RawServer.End.KEEP, 500, UNKNOWN),
            Arguments.of("503, Retry-After: 0", reply("503 Busy\r\nRetry-After: 0", ERROR), RawServer.End.KEEP, 503, UNKNOWN),
            Arguments.of("503, Retry-After: 1", reply("503 Busy\r\nRetry-After: 1", ERROR), RawServer.End.KEEP, 503, UNKNOWN),
            Arguments.of("408", reply("408 Timeout", ERROR), RawServer.End.KEEP, 408, UNKNOWN),
            Arguments.of("408, connection closed", reply("408 Timeout\r\nConnection: close", ERROR), RawServer.End.FIN, 408, UNKNOWN),
            Arguments.of("421", reply("421 Misdirected", ERROR), RawServer.End.KEEP, 421, REFUSED),
            Arguments.of("429, Retry-After: 0", reply("429 Slow\r\nRetry-After: 0", ERROR), RawServer.End.KEEP, 429, NOT_NOW),
            Arguments.of("407", reply("407 Proxy\r\nProxy-Authenticate: Basic", ERROR), RawServer.End.KEEP, 407, REFUSED),
            Arguments.of("301", reply("301 Moved\r\nLocation: /v1/elsewhere", ""), RawServer.End.KEEP, 301, UNKNOWN),
            Arguments.of("302", reply("302 Found\r\nLocation: /v1/elsewhere", ""), RawServer.End.KEEP, 302, UNKNOWN),
            Arguments.of("307", reply("307 Temporary\r\nLocation: /v1/elsewhere", ""), RawServer.End.KEEP, 307, UNKNOWN),
            Arguments.of("308", reply("308 Permanent\r\nLocation: /v1/elsewhere", ""), RawServer.End.KEEP, 308, UNKNOWN));
    }

    @ParameterizedTest(name = "POST: {0}")
    @MethodSource("answers")
    void aCreateArrivesOnce(String name, String bytes, RawServer.End end, int status, PingOneException.Outcome outcome) {
        assertArrivesOnce(bytes, end, status, outcome, client -> client.createSignOnPolicy("p", null), "POST");
    }

    @ParameterizedTest(name = "DELETE: {0}")
    @MethodSource("answers")
    void aDeleteArrivesOnce(String name, String bytes, RawServer.End end, int status, PingOneException.Outcome outcome) {
        assertArrivesOnce(bytes, end, status, outcome, client -> client.delete(Kind.SIGN_ON_POLICY, null, ID), "DELETE");
    }

    @ParameterizedTest(name = "GET: {0}")
    @MethodSource("answers")
    void aReadArrivesOnce(String name, String bytes, RawServer.End end, int status, PingOneException.Outcome outcome) {
        assertArrivesOnce(bytes, end, status, outcome, PingOneClient::listResources, "GET");
    }

    private void assertArrivesOnce(String bytes, RawServer.End end, int status, PingOneException.Outcome outcome,
                                   Consumer<PingOneClient> call, String method) {
        Timeouts timeouts = end == RawServer.End.SILENCE
            ? new Timeouts(Duration.ofSeconds(2), Duration.ofMillis(300), Duration.ofSeconds(5)) : FakePingOne.TIMEOUTS;
        PingOneClient client = server.client(timeouts);
        server.answering(reply("200 OK", ENVIRONMENT), RawServer.End.KEEP).answering(bytes, end)
            .answering(reply("201 Created", ENVIRONMENT), RawServer.End.KEEP)
            .answering(reply("201 Created", ENVIRONMENT), RawServer.End.KEEP);
        client.readEnvironment();

        PingOneException failure = catchThrowableOfType(PingOneException.class, () -> call.accept(client));

        assertThat(failure.outcome()).isEqualTo(outcome);
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.getMessage()).doesNotContain("garbage");
        assertThat(server.arrivals).hasSize(2);
        assertThat(server.arrivals.get(1).requestLine()).startsWith(method);
        assertThat(server.arrivals.get(1).connection()).as("the warm connection").isEqualTo(server.arrivals.get(0).connection());
    }

    @Test
    void aDrippingServerCannotHoldTheCall() {
        PingOneClient client = server.client(new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(20), Duration.ofMillis(500)));
        server.answering("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{", RawServer.End.SILENCE);

        PingOneException failure = catchThrowableOfType(PingOneException.class, () -> client.createSignOnPolicy("p", null));

        assertThat(failure.outcome()).isEqualTo(UNKNOWN);
        assertThat(failure.status()).isEqualTo(201);
        assertThat(failure.reason()).startsWith("the reply was cut off (InterruptedIOException");
        assertThat(server.arrivals).hasSize(1);
    }

    @Test
    void withoutAConnectionNothingIsSent() {
        PingOneClient client = server.client(FakePingOne.TIMEOUTS);
        server.answering(reply("200 OK\r\nConnection: close", ENVIRONMENT), RawServer.End.FIN);
        client.readEnvironment();
        server.close();

        PingOneException failure = catchThrowableOfType(PingOneException.class, () -> client.createSignOnPolicy("p", null));

        assertThat(failure.outcome()).isEqualTo(NOT_NOW);
        assertThat(failure.status()).isZero();
        assertThat(failure.path()).isEqualTo(FakePingOne.API + "/signOnPolicies");
        assertThat(failure.reason()).startsWith("no connection (");
    }
}
