package org.signonflow.change;

import org.junit.jupiter.api.Test;
import org.signonflow.pingone.Kind;
import tools.jackson.databind.json.JsonMapper;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class DriftTest {

    private static final String SENT = """
        {"name": "App", "includeX5t": false, "refreshTokenDuration": 2592000, "refreshTokenRollingDuration": 15552000}""";

    private static List<String> drift(String found) {
        return Drift.of(Kind.APPLICATION, SENT, JsonMapper.shared().readTree(found)).stream().map(Drift::toString).toList();
    }

    @Test
    void whatPingOneLeavesOutOfItsRepliesIsNoChange() {
        assertThat(drift("{\"name\": \"App\"}")).isEmpty();
        assertThat(drift("{\"name\": \"App\", \"parTimeout\": 60, \"deviceTimeout\": 600}")).as("its own defaults").isEmpty();
        assertThat(drift("{\"name\": \"App\", \"includeX5t\": true, \"refreshTokenDuration\": 60}"))
            .containsExactly("includeX5t is true, was false", "refreshTokenDuration is 60, was 2592000");
        assertThat(drift("{}")).containsExactly("name is null, was \"App\"");
    }
}
