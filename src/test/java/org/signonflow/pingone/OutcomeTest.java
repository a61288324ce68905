package org.signonflow.pingone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.signonflow.pingone.FakePingOne.ID;
import static org.signonflow.pingone.PingOneException.Outcome.NOT_NOW;
import static org.signonflow.pingone.PingOneException.Outcome.REFUSED;
import static org.signonflow.pingone.PingOneException.Outcome.UNAUTHENTICATED;
import static org.signonflow.pingone.PingOneException.Outcome.UNKNOWN;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How failures are classified and described. */
class OutcomeTest {

    private static final String ACCESS_FAILED =
        "{\"code\":\"ACCESS_FAILED\",\"message\":\"The actor attempting to perform the request is not authorized.\"}";

    private FakePingOne pingOne;

    @BeforeEach
    void start() throws IOException {
        pingOne = new FakePingOne();
    }

    @AfterEach
    void stop() {
        pingOne.close();
    }

    @ParameterizedTest
    @CsvSource({"400, REFUSED", "402, REFUSED", "403, REFUSED", "404, REFUSED", "405, REFUSED", "409, REFUSED", "415, REFUSED",
        "422, REFUSED", "451, REFUSED", "429, NOT_NOW", "408, UNKNOWN", "500, UNKNOWN", "501, UNKNOWN", "502, UNKNOWN", "503, UNKNOWN",
        "504, UNKNOWN", "300, UNKNOWN", "302, UNKNOWN", "304, UNKNOWN"})
    void aStatusIsClassified(int status, PingOneException.Outcome outcome) {
        PingOneException failure = createFails(status, "<html>x</html>");
        assertThat(failure.outcome()).isEqualTo(outcome);
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.reason()).isEqualTo("HTTP status " + status + " without an explanation");
        assertThat(failure.code()).isNull();
    }

    @Test
    void permissionsNotYetInEffectAreTransient() {
        PingOneException failure = createFails(403, ACCESS_FAILED);
        assertThat(failure.outcome()).isEqualTo(NOT_NOW);
        assertThat(failure.isForbidden()).isTrue();

        assertThat(createFails(404, ACCESS_FAILED).isForbidden()).isFalse();
    }

    @Test
    void aRefusalQuotesPingOne() {
        PingOneException failure = createFails(400, """
            {"id":"15051F81-0000","code":"INVALID_DATA","message":"One or more validation errors were in the request.","details":[
             {"code":"UNIQUENESS_VIOLATION","target":"name","message":"must be unique","innerError":{"x":[1]}},{"code":"EMPTY_VALUE"}]}""",
            "Correlation-Id: c0ffee");

        assertThat(failure.reason()).isEqualTo(
            "INVALID_DATA: One or more validation errors were in the request. (name: must be unique; EMPTY_VALUE)");
        assertThat(failure).hasMessage("PingOne refused POST " + FakePingOne.API + "/signOnPolicies: " + failure.reason()
            + " [status 400, error id 15051F81-0000, correlation id c0ffee]").hasNoCause();
        assertThat(failure.method()).isEqualTo("POST");
        assertThat(failure.path()).isEqualTo(FakePingOne.API + "/signOnPolicies");
        assertThat(failure.code()).isEqualTo("INVALID_DATA");
        assertThat(failure.message()).isEqualTo("One or more validation errors were in the request.");
        assertThat(failure.details()).containsExactly(new PingOneError.Detail("UNIQUENESS_VIOLATION", "name", "must be unique"),
            new PingOneError.Detail("EMPTY_VALUE", null, null));
        assertThat(failure.errorId()).isEqualTo("15051F81-0000");
        assertThat(failure.correlationId()).isEqualTo("c0ffee");
        assertThat(failure.notBefore()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "\"x\"", "{", "{\"code\":5,\"message\":{},\"details\":\"x\"}",
        "{\"details\":[1,null,{}]}", "<html>", "{\"code\":\"\",\"message\":null}"})
    void anyErrorBodyIsHandled(String body) {
        PingOneException failure = createFails(400, body);
        assertThat(failure.outcome()).isEqualTo(REFUSED);
        assertThat(failure.reason()).isNotNull();
        assertThat(failure.getMessage()).contains("[status 400").doesNotContain("<html>");
    }

    @Test
    void textFromPingOneIsBoundedAndCannotForgeALine() {
        String evil = "a\\r\\n2026 ERROR forged\\u0000\\u001b[31m\\u2028\\u202e\\ud800" + "x".repeat(5000);
        StringBuilder details = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            details.append(i == 0 ? "" : ",").append("{\"code\":\"C\",\"target\":\"%s\",\"message\":\"%s\"}".formatted(evil, evil));
        }
        for (String size : new String[] {"", details.substring(0, details.indexOf("}") + 1)}) {
            PingOneException failure = createFails(400, "{\"id\":\"%s\",\"code\":\"%s\",\"message\":\"%s\",\"details\":[%s]}"
                .formatted(evil, evil, evil, size), "Correlation-Id: " + "c".repeat(3000));
            assertThat(failure.getMessage()).hasSizeLessThanOrEqualTo(1500).contains("a  2026 ERROR forged").contains("correlation id ccc");
            assertThat(failure.reason()).hasSizeLessThanOrEqualTo(1000);
            for (String text : new String[] {failure.getMessage(), failure.reason(), failure.code(), failure.message(), failure.errorId(),
                failure.details().toString()}) {
                assertThat(text).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");
            }
        }
        assertThat(createFails(400, "{\"code\":\"C\",\"details\":[%s]}".formatted(details.substring(0, details.lastIndexOf(",", 900_000))))
            .getMessage()).hasSizeLessThanOrEqualTo(1500);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "5, 5", " 7 , 7", "86400, 86400", "9999999999, 9999999999", "99999999999999999999999999, 9999999999"})
    void retryAfterInSecondsCountsFromNow(String header, long seconds) {
        Instant before = Instant.now();
        Instant notBefore = createFails(429, "{\"code\":\"REQUEST_LIMITED\"}", "Retry-After: " + header).notBefore().orElseThrow();
        assertThat(notBefore).isBetween(before.plusSeconds(seconds), Instant.now().plusSeconds(seconds));
    }

    @Test
    void retryAfterAsAnHttpDateIsAccepted() {
        assertThat(createFails(503, "", "Retry-After: Wed, 21 Oct 2037 07:28:00 GMT").notBefore())
            .contains(Instant.parse("2037-10-21T07:28:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "abc", "", "1.5", "1e3", "0x10", "2037-10-21", "+5", "\u00b2"})
    void nonsenseInRetryAfterIsIgnored(String header) {
        MockResponse response = FakePingOne.status(429, "").newBuilder().addHeaderLenient("Retry-After", header).build();
        assertThat(createFails(response).notBefore()).isEmpty();
    }

    @Test
    void withoutRetryAfterThereIsNone() {
        assertThat(createFails(503, "").notBefore()).isEmpty();
    }

    static Stream<Arguments> unusable() {
        MockResponse.Builder whole = FakePingOne.status(201, "{\"id\":\"" + ID + "\",\"name\":\"leaked-body\"}").newBuilder();
        return Stream.of(
            Arguments.of("cut, length known", whole.onResponseBody(new SocketEffect.CloseSocket()).build(), "the reply was cut off ("),
            Arguments.of("cut, length unknown", FakePingOne.status(201, "{\"id\":\"" + ID).newBuilder().removeHeader("Content-Length")
                .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE).build(), "the reply is not JSON"),
            Arguments.of("garbled", FakePingOne.status(201, "\u0000\u00ff{leaked-body"), "the reply is not JSON"),
            Arguments.of("not UTF-8", new MockResponse.Builder().code(201).body(new Buffer().writeUtf8("{\"id\":\"").writeByte(0xff)
                .writeUtf8("\"}")).build(), "the reply is not JSON"),
            Arguments.of("trailing text", FakePingOne.status(201, "{\"id\":\"" + ID + "\"}leaked-body"), "the reply is not JSON"),
            Arguments.of("empty", FakePingOne.status(201, ""), "the reply is empty"),
            Arguments.of("blank", FakePingOne.status(201, "  \n"), "the reply is not a JSON object"),
            Arguments.of("no content", FakePingOne.status(204, ""), "the reply is empty"),
            Arguments.of("HTML", FakePingOne.status(200, "<html>leaked-body</html>", "X: y"), "the reply is not JSON"),
            Arguments.of("an array", FakePingOne.status(201, "[]"), "the reply is not a JSON object"),
            Arguments.of("deep", FakePingOne.status(201, "{\"a\":" + "[".repeat(400_000)), "the reply is not JSON"),
            Arguments.of("10 MB", FakePingOne.status(201, "{\"id\":\"" + ID + "\",\"x\":\"" + "x".repeat(10_000_000) + "\"}"),
                "the reply is larger than 1 MiB"),
            Arguments.of("id missing", FakePingOne.status(201, "{}"), "the reply has no usable id"),
            Arguments.of("id empty", FakePingOne.status(201, "{\"id\":\"\"}"), "the reply has no usable id"),
            Arguments.of("id null", FakePingOne.status(201, "{\"id\":null}"), "the reply has no usable id"),
            Arguments.of("id a number", FakePingOne.status(201, "{\"id\":5}"), "the reply has no usable id"),
            Arguments.of("id an object", FakePingOne.status(201, "{\"id\":{}}"), "the reply has no usable id"),
            Arguments.of("id a path", FakePingOne.status(201, "{\"id\":\"../leaked-body\"}"), "the reply has no usable id"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unusable")
    void aCreateWithAnUnusableReplyIsUnknown(String name, MockResponse response, String reason) {
        PingOneException failure = createFails(response);
        assertThat(failure.outcome()).isEqualTo(UNKNOWN);
        assertThat(failure.status()).isEqualTo(response.getCode());
        assertThat(failure.reason()).startsWith(reason);
        assertThat(stackTrace(failure)).doesNotContain("leaked-body");
        assertThat(pingOne.requests).hasSize(1);
    }

    @Test
    void aReplyOfExactlyOneMebibyteIsRead() {
        String frame = "{\"id\":\"" + ID + "\",\"x\":\"\"}";
        String padding = "x".repeat((1 << 20) - frame.length());
        pingOne.answering(201, frame.replace("\"\"", "\"" + padding + "\""));
        assertThat(pingOne.client().createSignOnPolicy("p", null).id()).isEqualTo(ID);

        assertThat(createFails(201, frame.replace("\"\"", "\"" + padding + "x\"")).reason()).isEqualTo("the reply is larger than 1 MiB");
    }

    @Test
    void aDeleteNeedsNoBody() {
        pingOne.answering(204, "").client().delete(Kind.APPLICATION, null, ID);
        assertThat(pingOne.requests).singleElement().satisfies(request -> {
            assertThat(request.getMethod()).isEqualTo("DELETE");
            assertThat(request.getTarget()).endsWith("/applications/" + ID);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 203, 206})
    void noOtherSuccessStatusConfirmsADelete(int status) {
        PingOneException failure = deleteFails(status, "<html>Please log in</html>");
        assertThat(failure.outcome()).isEqualTo(UNKNOWN);
        assertThat(failure.reason()).isEqualTo("HTTP status " + status + " instead of 204, which confirms a deletion");
    }

    @Test
    void onlyPingOnesOwnNotFoundCounts() {
        assertThat(deleteFails(404, "{\"code\":\"NOT_FOUND\"}").isNotFound()).isTrue();
        assertThat(deleteFails(400, "{\"code\":\"NOT_FOUND\"}").isNotFound()).isFalse();
        for (String ofAGateway : List.of("", "<html>no route</html>", "{\"error\":\"Not Found\"}", "{\"message\":\"Not Found\"}")) {
            assertThat(deleteFails(404, ofAGateway).isNotFound()).as(ofAGateway).isFalse();
        }
    }

    @Test
    void a401IsRetriedOnceWithAFreshTokenAndThenNeedsAPerson() {
        PingOneClient client = pingOne.client();
        pingOne.answering(401, ACCESS_FAILED).answering(201, "{\"id\":\"" + ID + "\"}");
        client.createSignOnPolicy("p", null);
        assertThat(pingOne.requests).extracting(request -> request.getHeaders().get("Authorization"))
            .containsExactly("Bearer token-1", "Bearer token-2");
        assertThat(pingOne.requests.get(1).getBody()).isEqualTo(pingOne.requests.get(0).getBody());

        pingOne.answering(401, ACCESS_FAILED).answering(401, ACCESS_FAILED);
        PingOneException failure = catchThrowableOfType(PingOneException.class, () -> client.createSignOnPolicy("p", null));
        assertThat(failure.outcome()).isEqualTo(UNAUTHENTICATED);
        assertThat(failure.isForbidden()).isFalse();
        assertThat(pingOne.requests).hasSize(4);
        assertThat(pingOne.tokenRequests).hasSize(3);
    }

    @Test
    void secretsAndTokensAreNeverShownEvenIfTheServerEchoesThem() {
        pingOne.tokenAnswer = request -> FakePingOne.status(200, "{\"access_token\":\"canary-token\"}");
        PingOneClient client = pingOne.client();
        String echo = ("{\"code\":\"canary-token\",\"message\":\"Bearer canary-token, %s\","
            + "\"details\":[{\"target\":\"%s\",\"message\":\"%s canary-token\"}]}")
            .formatted(FakePingOne.SECRET, FakePingOne.SECRET, "x".repeat(490));
        for (int status : new int[] {400, 401, 500}) {
            pingOne.answering(status, echo, "Correlation-Id: canary-token").answering(status, echo, "Correlation-Id: canary-token");
            PingOneException failure = catchThrowableOfType(PingOneException.class, () -> client.createSignOnPolicy("p", null));
            assertThat(stackTrace(failure) + failure.reason() + failure.details() + failure.correlationId()).doesNotContain("canary");
        }

        pingOne.tokenAnswer = request -> FakePingOne.status(401, "{\"error\":\"invalid_client\",\"error_description\":\"%s %s\"}"
            .formatted(request.getHeaders().get("Authorization"), FakePingOne.SECRET));
        PingOneException failure = catchThrowableOfType(PingOneException.class, () -> pingOne.client().createSignOnPolicy("p", null));
        assertThat(failure).hasMessageContaining("invalid_client: Basic *** ***");

        assertThat(client.toString() + client.withTransaction("x") + pingOne.environment(null, TokenAuthentication.POST) + pingOne.http)
            .doesNotContain("canary");
    }

    private PingOneException createFails(int status, String body, String... headers) {
        return createFails(FakePingOne.status(status, body, headers));
    }

    private PingOneException createFails(MockResponse response) {
        pingOne.answering(response);
        return catchThrowableOfType(PingOneException.class, () -> pingOne.client().createSignOnPolicy("p", null));
    }

    private PingOneException deleteFails(int status, String body) {
        pingOne.answering(status, body);
        return catchThrowableOfType(PingOneException.class, () -> pingOne.client().delete(Kind.APPLICATION, null, ID));
    }

    private static String stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
