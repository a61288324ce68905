package org.signonflow.pingone;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

/** A scripted PingOne: issues tokens {@code token-1}, {@code token-2}, ... and answers the management API from a queue. */
final class FakePingOne implements AutoCloseable {

    static final String ENVIRONMENT = "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6";
    static final String WORKER_ENVIRONMENT = "11111111-49eb-49f5-a5d9-80ad5c98f9f6";
    static final String CLIENT = "7c9f6a52-1d34-4e0a-8b52-9f0c3a1e6d01";
    static final String SECRET = "canary-Secret~1";
    static final String ID = "633d1e1a-e492-4f93-80e8-a76dcf323e82";
    static final String OTHER_ID = "7bf52bba-ef9a-47ac-9163-4310f3208409";
    static final String THIRD_ID = "1cb8d0b5-c7ba-42e8-a556-240ea2410f1d";
    static final String API = "/v1/environments/" + ENVIRONMENT;

    /** Short, for the tests in which the server falls silent. */
    static final Timeouts TIMEOUTS = new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(10));

    interface Answer {
        MockResponse to(RecordedRequest request) throws InterruptedException;
    }

    final MockWebServer server = new MockWebServer();
    /** Each request as it was observed: its method, route and status. */
    final List<String> observed = new CopyOnWriteArrayList<>();
    final PingOneHttp http = new PingOneHttp(TIMEOUTS, "1.2.3",
        (environment, route, status, took) -> observed.add(environment + " " + route.method() + " " + route.path() + " " + status));
    final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
    final List<RecordedRequest> tokenRequests = new CopyOnWriteArrayList<>();
    volatile Answer tokenAnswer = this::nextToken;
    volatile Answer apiAnswer = this::nextAnswer;
    private final AtomicInteger tokens = new AtomicInteger();
    private final Queue<MockResponse> answers = new ConcurrentLinkedQueue<>();

    FakePingOne() throws IOException {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
                if (request.getTarget().endsWith("/as/token")) {
                    tokenRequests.add(request);
                    return tokenAnswer.to(request);
                }
                requests.add(request);
                return apiAnswer.to(request);
            }
        });
        server.start();
    }

    private MockResponse nextAnswer(RecordedRequest request) {
        MockResponse answer = answers.poll();
        return answer != null ? answer : status(500, "{\"code\":\"NOT_SCRIPTED\"}");
    }

    MockResponse nextToken(RecordedRequest request) {
        return status(200, "{\"access_token\":\"token-%d\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
            .formatted(tokens.incrementAndGet()));
    }

    static MockResponse status(int status, String body, String... headers) {
        MockResponse.Builder response = new MockResponse.Builder().code(status).setHeader("Content-Type", "application/json").body(body);
        for (String header : headers) {
            response.addHeader(header);
        }
        return response.build();
    }

    FakePingOne answering(MockResponse... responses) {
        answers.addAll(List.of(responses));
        return this;
    }

    FakePingOne answering(int status, String body, String... headers) {
        return answering(status(status, body, headers));
    }

    PingOneEnvironment environment(String workerEnvironment, TokenAuthentication authentication) {
        URI url = URI.create("http://127.0.0.1:" + server.getPort());
        return new PingOneEnvironment("sandbox", url, url, ENVIRONMENT, workerEnvironment, CLIENT, SECRET, authentication);
    }

    PingOneClient client() {
        return client(Clock.systemUTC());
    }

    PingOneClient client(Clock clock) {
        return new PingOneClient(http, environment(null, TokenAuthentication.BASIC), clock);
    }

    RecordedRequest only() {
        if (requests.size() != 1) {
            throw new AssertionError("Expected one request, got " + requests);
        }
        return requests.get(0);
    }

    @Override
    public void close() {
        server.close();
    }
}
