package org.signonflow.pingone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.signonflow.pingone.FakePingOne.CLIENT;
import static org.signonflow.pingone.FakePingOne.ENVIRONMENT;
import static org.signonflow.pingone.FakePingOne.ID;
import static org.signonflow.pingone.FakePingOne.SECRET;
import static org.signonflow.pingone.FakePingOne.WORKER_ENVIRONMENT;
import static org.signonflow.pingone.FakePingOne.status;
import static org.signonflow.pingone.PingOneException.Outcome.NOT_NOW;
import static org.signonflow.pingone.PingOneException.Outcome.UNAUTHENTICATED;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Credentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.harness.SettableClock;

/** The worker's token: how it is requested, how long it is kept, how often it is fetched, and how a refusal is classified. */
class WorkerTokenTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final int THREADS = 32;
    private static final String CREATED = "{\"id\":\"" + ID + "\"}";

    private FakePingOne pingOne;

    @BeforeEach
    void start() throws IOException {
        pingOne = new FakePingOne();
    }

    @AfterEach
    void stop() {
        pingOne.close();
    }

    @Test
    void basicSendsTheCredentialsInTheHeader() {
        pingOne.answering(204, "").client().delete(Kind.APPLICATION, null, ID);

        RecordedRequest request = pingOne.tokenRequests.get(0);
        assertThat(request.getRequestLine()).isEqualTo("POST /" + ENVIRONMENT + "/as/token HTTP/1.1");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo(Credentials.basic(CLIENT, SECRET, StandardCharsets.UTF_8));
        assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
        assertThat(request.getBody().utf8()).isEqualTo("grant_type=client_credentials");
    }

    @Test
    void postSendsThemInTheFormAndTheWorkerMayBeInAnotherEnvironment() {
        PingOneEnvironment environment = pingOne.environment(WORKER_ENVIRONMENT, TokenAuthentication.POST);
        pingOne.answering(204, "");
        new PingOneClient(pingOne.http, environment).delete(Kind.APPLICATION, null, ID);

        RecordedRequest request = pingOne.tokenRequests.get(0);
        assertThat(request.getTarget()).isEqualTo("/" + WORKER_ENVIRONMENT + "/as/token");
        assertThat(request.getHeaders().get("Authorization")).isNull();
        assertThat(request.getBody().utf8()).isEqualTo(
            "grant_type=client_credentials&client_id=" + CLIENT + "&client_secret=canary-Secret%7E1");
        assertThat(pingOne.only().getTarget()).startsWith("/v1/environments/" + ENVIRONMENT + "/");
    }

    @ParameterizedTest(name = "expires_in {0}: kept for {1} s, renewed at {2} s")
    @CsvSource(delimiter = '|', value = {"3600|3539|3540", "600|539|540", "100|89|90", "\"3600\"|3539|3540", "null|269|270", "0|269|270",
        "-5|269|270", "\"soon\"|269|270", "9223372036854775807|86339|86340"})
    void isRenewedShortlyBeforeItExpires(String expiresIn, long kept, long renewed) {
        SettableClock clock = new SettableClock(START);
        pingOne.tokenAnswer = request -> status(200,
            "{\"access_token\":\"t%d\",\"expires_in\":%s}".formatted(pingOne.tokenRequests.size(), expiresIn));
        PingOneClient client = pingOne.client(clock);
        pingOne.answering(204, "").answering(204, "").answering(204, "");

        client.delete(Kind.APPLICATION, null, ID);
        clock.set(START.plusSeconds(kept));
        client.withTransaction("other").delete(Kind.APPLICATION, null, ID);
        assertThat(pingOne.tokenRequests).hasSize(1);

        clock.set(START.plusSeconds(renewed));
        client.delete(Kind.APPLICATION, null, ID);
        assertThat(pingOne.tokenRequests).hasSize(2);
        assertThat(pingOne.requests).extracting(request -> request.getHeaders().get("Authorization"))
            .containsExactly("Bearer t1", "Bearer t1", "Bearer t2");
    }

    @Test
    void isFetchedOnceHoweverManyThreadsAsk() throws InterruptedException {
        IntStream.range(0, THREADS).forEach(i -> pingOne.answering(201, CREATED));
        assertThat(inParallel(pingOne.client(), pingOne::nextToken)).isEmpty();
        assertThat(pingOne.tokenRequests).hasSize(1);
        assertThat(pingOne.requests).hasSize(THREADS);
    }

    @Test
    void aWrongSecretCausesNoStorm() throws InterruptedException {
        PingOneClient client = pingOne.client();
        assertThat(inParallel(client, request -> status(401, "{\"error\":\"invalid_client\"}"))).hasSize(THREADS)
            .allSatisfy(failure -> assertThat(((PingOneException) failure).outcome()).isEqualTo(UNAUTHENTICATED));
        assertThat(pingOne.tokenRequests).hasSize(1);

        pingOne.tokenAnswer = request -> status(401,
            "{\"error\":\"invalid_client\",\"error_description\":\"Unsupported authentication method\"}", "Correlation-Id: c-1");
        PingOneException failure = catchThrowableOfType(PingOneException.class, () -> client.delete(Kind.APPLICATION, null, ID));
        assertThat(failure).hasMessage("PingOne did not accept the worker's credentials for POST /" + ENVIRONMENT
            + "/as/token: invalid_client: Unsupported authentication method [status 401, correlation id c-1]");
        assertThat(failure.code()).isEqualTo("invalid_client");
        assertThat(pingOne.tokenRequests).hasSize(2);
        assertThat(pingOne.requests).isEmpty();
    }

    @Test
    void manyThreadsRefusedWithTheSameTokenFetchOneNewToken() throws InterruptedException {
        PingOneClient client = pingOne.client();
        pingOne.answering(204, "");
        client.delete(Kind.APPLICATION, null, ID);
        pingOne.requests.clear();
        pingOne.apiAnswer = request -> usesToken(request, 1) ? status(401, "{}") : status(201, CREATED);

        assertThat(inParallel(client, pingOne::nextToken)).isEmpty();

        assertThat(pingOne.tokenRequests).hasSize(2);
        assertThat(pingOne.requests).filteredOn(request -> usesToken(request, 1)).hasSizeBetween(1, THREADS);
        assertThat(pingOne.requests).filteredOn(request -> usesToken(request, 2)).hasSize(THREADS);
    }

    @ParameterizedTest
    @CsvSource({"400, UNAUTHENTICATED", "401, UNAUTHENTICATED", "403, UNAUTHENTICATED", "404, UNAUTHENTICATED", "408, NOT_NOW",
        "429, NOT_NOW", "500, NOT_NOW", "503, NOT_NOW", "302, NOT_NOW"})
    void itsRefusalIsClassified(int status, PingOneException.Outcome outcome) {
        pingOne.tokenAnswer = request -> status(status, "{\"error\":\"e\"}", "Retry-After: 5", "Location: /elsewhere");
        PingOneException failure = catchThrowableOfType(PingOneException.class, () -> pingOne.client().createSignOnPolicy("p", null));

        assertThat(failure.outcome()).isEqualTo(outcome);
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.isForbidden()).isFalse();
        assertThat(failure.notBefore()).isPresent();
        assertThat(pingOne.tokenRequests).hasSize(1);
        assertThat(pingOne.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "{}", "{\"access_token\":5}", "{\"access_token\":\"\"}",
        "{\"access_token\":\"a\\r\\nX-Evil: canary\"}"})
    void aReplyWithoutAUsableTokenIsTransient(String body) {
        pingOne.tokenAnswer = request -> status(200, body);
        assertThatExceptionOfType(PingOneException.class).isThrownBy(() -> pingOne.client().createSignOnPolicy("p", null))
            .matches(failure -> failure.outcome() == NOT_NOW).withMessageNotContaining("canary");
    }

    @Test
    void aLostTokenReplyIsTransientAndTheNextCallRetries() {
        PingOneClient client = pingOne.client();
        pingOne.tokenAnswer = request -> new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build();
        assertThatExceptionOfType(PingOneException.class).isThrownBy(() -> client.createSignOnPolicy("p", null))
            .matches(failure -> failure.outcome() == NOT_NOW && failure.status() == 0);
        assertThat(pingOne.tokenRequests).hasSize(1);

        pingOne.tokenAnswer = pingOne::nextToken;
        pingOne.answering(201, CREATED);
        assertThat(client.createSignOnPolicy("p", null).id()).isEqualTo(ID);
    }

    @Test
    void anInterruptedThreadFailsAndStaysInterrupted() {
        for (String where : List.of("connecting", "sending")) {
            Thread.currentThread().interrupt();
            try {
                assertThatExceptionOfType(PingOneException.class).as(where)
                    .isThrownBy(() -> pingOne.client().createSignOnPolicy("p", null))
                    .matches(failure -> failure.outcome() == NOT_NOW);
            } finally {
                assertThat(Thread.interrupted()).as(where).isTrue();
            }
            pingOne.answering(201, CREATED).client().createSignOnPolicy("p", null);
        }
    }

    /** Holds back the token's reply until every other thread waits for it. */
    private List<RuntimeException> inParallel(PingOneClient client, FakePingOne.Answer token) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(new Thread(() -> {
                try {
                    client.createSignOnPolicy("p", null);
                } catch (RuntimeException e) {
                    failures.add(e);
                }
            }));
        }
        pingOne.tokenAnswer = request -> {
            await().atMost(Duration.ofSeconds(20)).until(() -> threads.stream().filter(this::isWaitingForTheToken).count() == THREADS - 1);
            return token.to(request);
        };
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        return List.copyOf(failures);
    }

    private static boolean usesToken(RecordedRequest request, int number) {
        return ("Bearer token-" + number).equals(request.getHeaders().get("Authorization"));
    }

    private boolean isWaitingForTheToken(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getMethodName().equals("resultOf")) {
                return thread.getState() == Thread.State.WAITING;
            }
        }
        return false;
    }
}
