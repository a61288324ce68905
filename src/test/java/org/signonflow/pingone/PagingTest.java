package org.signonflow.pingone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.signonflow.pingone.FakePingOne.API;
import static org.signonflow.pingone.FakePingOne.ID;
import static org.signonflow.pingone.FakePingOne.OTHER_ID;
import static org.signonflow.pingone.FakePingOne.THIRD_ID;
import static org.signonflow.pingone.PingOneException.Outcome.UNKNOWN;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists are read to the end, from the same server only, and never mistaken for empty. */
class PagingTest {

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
    void followsTheLinksVerbatim() {
        String base = "http://127.0.0.1:" + pingOne.server.getPort() + API + "/resources";
        pingOne.answering(200, page(ID, base + "?limit=1&cursor=a%2Fb-_~c"))
            .answering(200, page(OTHER_ID, base + "?cursor=2"))
            .answering(200, page(THIRD_ID, null));

        PingOneClient client = pingOne.client().withTransaction("t");
        assertThat(client.listResources()).extracting(Resource::id).containsExactly(ID, OTHER_ID, THIRD_ID);
        assertThat(pingOne.requests).extracting(request -> request.getTarget())
            .containsExactly(API + "/resources", API + "/resources?limit=1&cursor=a%2Fb-_~c", API + "/resources?cursor=2");
        assertThat(pingOne.requests).extracting(request -> request.getHeaders().get("X-Ping-External-Transaction-ID")).containsOnly("t");
        assertThat(client.callsSent()).isEqualTo(3);
    }

    /** Whatever PingOne links to: who counts them must not get as many routes as there are pages. */
    @Test
    void eachPageIsObservedAsItsCollection() {
        String elsewhere = "http://127.0.0.1:" + pingOne.server.getPort() + "/v1/anything/";
        pingOne.answering(200, page(ID, elsewhere + "1")).answering(401, "{}").answering(200, page(OTHER_ID, null));
        pingOne.client().listResources();
        assertThat(pingOne.observed).containsExactly("sandbox POST /as/token 200", "sandbox GET /resources 200",
            "sandbox GET /resources 401", "sandbox POST /as/token 200", "sandbox GET /resources 200");
        assertThat(pingOne.observed).extracting(one -> one.split(" ")[1] + " " + one.split(" ")[2])
            .isSubsetOf(Route.all().stream().map(route -> route.method() + " " + route.path()).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example/v1", "http://127.0.0.1:1/v1", "https://127.0.0.1:PORT/v1", "http://localhost:PORT/v1",
        "http://127.0.0.1:PORT@evil.example/", "//evil.example/", "/v1/relative", "file:///etc/passwd", "", "x\\r\\ny"})
    void followsNoLinkToAnotherServer(String next) {
        pingOne.answering(200, page(ID, next.replace("PORT", String.valueOf(pingOne.server.getPort()))));
        PingOneException failure = listFails();
        assertThat(failure.reason()).isEqualTo("the list continues on a server other than http://127.0.0.1:" + pingOne.server.getPort()
            + ", which is not followed");
    }

    @Test
    void detectsCycles() {
        String base = "http://127.0.0.1:" + pingOne.server.getPort() + API + "/resources";
        pingOne.answering(200, page(ID, base + "?cursor=1")).answering(200, page(ID, base + "?cursor=2"))
            .answering(200, page(ID, base + "?cursor=1"));
        assertThat(listFails().reason()).isEqualTo("the list's pages form a loop");
        assertThat(pingOne.requests).hasSize(3);

        pingOne.answering(200, page(ID, base));
        assertThat(listFails().reason()).isEqualTo("the list's pages form a loop");
    }

    /** The item at which the next page continues may have been deleted before it is requested. */
    @Test
    void startsOverIfALaterPageIsRefused() {
        String next = "http://127.0.0.1:" + pingOne.server.getPort() + API + "/resources?cursor=1";
        pingOne.answering(200, page(ID, next)).answering(400, "{\"code\":\"INVALID_REQUEST\"}").answering(200, page(OTHER_ID, next))
            .answering(200, page(THIRD_ID, null));
        assertThat(pingOne.client().listResources()).extracting(Resource::id).containsExactly(OTHER_ID, THIRD_ID);

        for (int i = 0; i < 3; i++) {
            pingOne.answering(200, page(ID, next)).answering(400, "{\"code\":\"INVALID_REQUEST\"}");
        }
        pingOne.answering(400, "{\"code\":\"INVALID_REQUEST\"}");
        for (int calls : new int[] {6, 1}) {
            pingOne.requests.clear();
            assertThat(catchThrowableOfType(PingOneException.class, () -> pingOne.client().listResources()).status()).isEqualTo(400);
            assertThat(pingOne.requests).hasSize(calls);
        }
    }

    @Test
    void givesUpOnAnEndlessList() {
        String base = "http://127.0.0.1:" + pingOne.server.getPort() + API + "/resources?cursor=";
        for (int i = 0; i < 101; i++) {
            pingOne.answering(200, page(ID, base + i));
        }
        assertThat(listFails().reason()).isEqualTo("the list has more than 100 pages");
        assertThat(pingOne.requests).hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"_embedded\":{\"resources\":[]},\"count\":0,\"size\":0}", "{\"_embedded\":{\"resources\":[]}}",
        "{\"count\":0}", "{\"_links\":{\"self\":{\"href\":\"x\"}}}", "{\"_links\":{\"next\":null},\"size\":0}"})
    void recognisesAnEmptyList(String body) {
        assertThat(pingOne.answering(200, body).client().listResources()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "", "<html>", "[]", "{\"code\":\"UNEXPECTED_ERROR\"}", "{\"_embedded\":{\"scopes\":[]}}",
        "{\"_links\":{},\"size\":3}", "{\"_links\":{},\"count\":1}", "{\"size\":0,\"_embedded\":{\"resources\":{}}}",
        "{\"_embedded\":{\"resources\":[{}]}}", "{\"_embedded\":{\"resources\":[5]}}"})
    void mistakesNothingElseForAnEmptyList(String body) {
        pingOne.answering(200, body);
        listFails();
    }

    @Test
    void aPageThatFailsFailsTheList() {
        pingOne.answering(200, page(ID, "http://127.0.0.1:" + pingOne.server.getPort() + API + "/resources?cursor=secret-ish"))
            .answering(404, "");
        PingOneException failure = catchThrowableOfType(PingOneException.class, () -> pingOne.client().listResources());
        assertThat(failure.status()).isEqualTo(404);
        assertThat(failure.path()).isEqualTo(API + "/resources");
    }

    private PingOneException listFails() {
        pingOne.requests.clear();
        PingOneException failure = catchThrowableOfType(PingOneException.class, () -> pingOne.client().listResources());
        assertThat(failure.outcome()).isEqualTo(UNKNOWN);
        assertThat(failure.method()).isEqualTo("GET");
        return failure;
    }

    private static String page(String id, String next) {
        return "{\"_embedded\":{\"resources\":[{\"id\":\"%s\"}]},\"_links\":{\"self\":{\"href\":\"x\"}%s}}"
            .formatted(id, next == null ? "" : ",\"next\":{\"href\":\"" + next + "\"}");
    }
}
