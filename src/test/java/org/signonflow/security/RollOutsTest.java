package org.signonflow.security;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.rollout.Request;
import org.signonflow.rollout.RollOutFixture;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.signonflow.rollout.Trouble;
import org.signonflow.security.Caller.Answer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Who sees which roll-outs, and what is said of them. */
class RollOutsTest extends RunningApp {

    private static final String API = "/api/roll-outs";

    @Autowired
    RollOuts rollOuts;
    @Autowired
    JdbcTemplate jdbc;

    @AfterEach
    void forget() {
        jdbc.update("delete from signonflow_roll_out");
    }

    private JsonNode get(String user, String path) {
        Answer answer = rest(user).call("GET", API + path, null);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    @ParameterizedTest
    @CsvSource({"requester, false", "approver, true", "operator, true", "admin, true"})
    void visibilityByRole(String user, boolean seesAll) {
        String own = new RollOutFixture(rollOuts, "Own", user, 1).id();
        String others = new RollOutFixture(rollOuts, "Somebody else's", "somebody", 1).id();
        String nobodys = new RollOutFixture(rollOuts, "Nobody's", null, 1).id();
        assertThat(get(user, "").findValuesAsString("id")).containsExactlyInAnyOrderElementsOf(
            seesAll ? List.of(own, others, nobodys) : List.of(own));
        for (String what : List.of("", "/rows")) {
            assertThat(get(user, "/" + own + what).toString()).contains(own);
            for (String id : List.of(others, nobodys)) {
                assertThat(rest(user).call("GET", API + "/" + id + what, null).status()).isEqualTo(seesAll ? 200 : 404);
            }
        }
        if (!seesAll) {
            Answer hidden = rest(user).call("GET", API + "/" + others, null);
            assertThat(hidden.status()).isEqualTo(404);
            assertThat(hidden.body().replace(others, "none")).as("as if it were not there")
                .isEqualTo(rest(user).call("GET", API + "/none", null).body());
        }
    }

    @Test
    void status() {
        RollOutFixture rollOut = new RollOutFixture(rollOuts, "Spring", "requester", 10);
        rollOut.enter(Stage.CREATING);
        rollOut.reach(RowState.READY, null, 1, 2, 3);
        rollOut.reach(RowState.REJECTED, "Taken.", 4);
        rollOut.fail(5, Trouble.FAILED, "Refused.");
        rollOut.fail(6, Trouble.RETRYING, "Lost.");
        JsonNode status = get("requester", "/" + rollOut.id());
        assertThat(status.get("name").asString()).isEqualTo("Spring");
        assertThat(status.get("stage").asString()).isEqualTo("CREATING");
        assertThat(status.get("requestedAt").asString()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        assertThat(status.get("endedAt").isNull()).isTrue();
        JsonNode progress = status.get("progress");
        assertThat(progress.get("states").toString()).isEqualTo("{\"PENDING\":4,\"CREATING\":2,\"READY\":3,\"REJECTED\":1}");
        assertThat(progress.get("troubles").toString()).isEqualTo("{\"RETRYING\":1,\"FAILED\":1}");
        assertThat(progress.get("done").asInt()).as("three ready, one rejected").isEqualTo(4);
        assertThat(progress.get("perMinute").asInt()).as("four in less than ten seconds").isEqualTo(24);
        assertThat(status.get("secondsLeft").asInt()).as("five to go, one waits for a person").isEqualTo(12);

        rollOut.enter(Stage.ASSIGNING);
        rollOut.reach(RowState.ASSIGNED, null, 1);
        progress = get("requester", "/" + rollOut.id()).get("progress");
        assertThat(progress.get("done").asInt()).as("one assigned, one rejected").isEqualTo(2);
        rollOut.enter(Stage.ROLLED_BACK);
        status = get("requester", "/" + rollOut.id());
        assertThat(status.get("endedAt").asString()).isNotBlank();
        assertThat(status.get("secondsLeft").isNull()).isTrue();
    }

    @Test
    void rows() {
        List<Request> requests = new ArrayList<>();
        for (int line = -1; line <= 1_500; line++) {
            requests.add(new Request(line, Map.of("environment", "sandbox", "policyName", "P" + line)));
        }
        RollOutFixture rollOut = new RollOutFixture(rollOuts, "Rows", "requester", requests);
        rollOut.reach(RowState.READY, null, 7, 1_203);
        rollOut.fail(9, Trouble.FAILED, "Refused: \"Ärger\"");
        String rows = "/" + rollOut.id() + "/rows";
        assertThat(get("requester", rows)).hasSize(100);
        assertThat(lines(rows + "?limit=3")).containsExactly(-1, 0, 1);
        assertThat(get("requester", rows + "?limit=2").findValuesAsString("sharedPolicy")).containsExactly("true", "true");
        assertThat(lines(rows + "?after=100&limit=2")).containsExactly(101, 102);
        assertThat(lines(rows + "?after=600&limit=1000")).hasSize(900).startsWith(601).endsWith(1_500);
        assertThat(lines(rows + "?state=READY")).containsExactly(7, 1_203);
        assertThat(lines(rows + "?state=READY&after=7")).containsExactly(1_203);
        assertThat(lines(rows + "?state=READY&trouble=FAILED")).isEmpty();
        assertThat(lines(rows + "?secondLook=true")).isEmpty();
        RollOutFixture marked = new RollOutFixture(rollOuts, "Marked", "requester", java.util.stream.IntStream.rangeClosed(1, 1_200)
            .mapToObj(line ->
            new Request(line, Map.of("environment", "sandbox", "applicationName", "A" + line, "policyName", "P" + line, "redirectUris",
                line % 600 == 0 ? "http://evil.example" : "https://good.example"))).toList());
        assertThat(lines("/" + marked.id() + "/rows?secondLook=true&limit=1")).containsExactly(600);
        assertThat(lines("/" + marked.id() + "/rows?secondLook=true&after=600")).containsExactly(1_200);
        JsonNode failed = get("requester", rows + "?trouble=FAILED");
        assertThat(failed).hasSize(1);
        assertThat(failed.get(0).get("problem").asString()).isEqualTo("Refused: \"Ärger\"");
        assertThat(failed.get(0).get("request").get("policyName").asString()).isEqualTo("P9");
        assertThat(failed.get(0).get("instanceId").asString()).isEqualTo(rollOut.row(9).instanceId());
        assertThat(get("requester", rows + "?state=READY").get(0).get("ids").propertyNames())
            .containsExactly("applicationId", "grantId", "policyId", "actionId");
    }

    private List<Integer> lines(String path) {
        return get("requester", path).findValues("line").stream().map(JsonNode::asInt).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=-1", "limit=1001", "limit=x", "after=x",
        "secondLook=x", "secondLook=yes", "secondLook=1", "state=NONE", "trouble=NONE"})
    void anInvalidQueryIsAnsweredWithASentence(String query) {
        String id = new RollOutFixture(rollOuts, "Rows", "requester", 1).id();
        Answer answer = rest("requester").call("GET", API + "/" + id + "/rows?" + query, null);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("detail").asString()).contains(query.replaceFirst("=.*", ""));
    }
}
