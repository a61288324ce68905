package org.signonflow.pingone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;

/** Which objects are missing according to a refusal. */
class MissingTest {

    private static final String ENVIRONMENT = "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6";
    private static final String ONE = "633d1e1a-e492-4f93-80e8-a76dcf323e82";
    private static final String OTHER = "7bf52bba-ef9a-47ac-9163-4310f3208409";
    private static final HttpUrl URL = HttpUrl.get("https://api.pingone.eu/v1/environments/%s/applications/%s/grants"
        .formatted(ENVIRONMENT, ONE));
    private static final byte[] BODY = """
        {"priority": 1, "name": "signOnPolicy.id", "signOnPolicy": {"id": "%s"}, "applications": [{"id": "%s"}, {"id": "%s"}]}"""
        .formatted(OTHER, ONE, OTHER.toUpperCase()).getBytes(StandardCharsets.UTF_8);

    private static PingOneError error(String code, PingOneError.Detail... details) {
        return new PingOneError(null, code, "does not exist", Arrays.asList(details));
    }

    private static PingOneError.Detail detail(String code, String target) {
        return new PingOneError.Detail(code, target, "The sign-on policy does not exist");
    }

    @Test
    void a404ReportsEverythingThatTheCallNames() {
        assertThat(Missing.of(404, error("NOT_FOUND"), URL, null)).containsExactlyInAnyOrder(ENVIRONMENT, ONE);
        assertThat(Missing.of(404, error(null), URL, BODY)).containsExactlyInAnyOrder(ENVIRONMENT, ONE, OTHER);
    }

    @Test
    void invalidDataReportsWhatTheDetailsPointAt() {
        for (String target : List.of("signOnPolicy.id", "signOnPolicy", "/signOnPolicy/id")) {
            assertThat(Missing.of(400, error("INVALID_DATA", detail("INVALID_VALUE", target)), URL, BODY)).as(target)
                .containsExactly(OTHER);
        }
        for (String target : List.of("applications.id", "applications[0].id", "applications")) {
            assertThat(Missing.of(400, error("INVALID_DATA", detail("INVALID_VALUE", target)), URL, BODY)).as(target)
                .containsExactlyInAnyOrder(ONE, OTHER);
        }
    }

    @Test
    void otherRefusalsReportNothing() {
        assertThat(Missing.of(400, error("INVALID_DATA"), URL, BODY)).isEmpty();
        assertThat(Missing.of(400, error("INVALID_DATA", detail("INVALID_VALUE", "name")), URL, BODY)).isEmpty();
        assertThat(Missing.of(400, error("INVALID_DATA", detail("INVALID_VALUE", null)), URL, BODY)).isEmpty();
        assertThat(Missing.of(400, error("INVALID_DATA", detail("CONSTRAINT_VIOLATION", "signOnPolicy.id")), URL, BODY)).isEmpty();
        assertThat(Missing.of(400, error("INVALID_DATA", detail("INVALID_VALUE", "signOnPolicy.id"), detail("REQUIRED_VALUE", "priority")),
            URL, BODY)).as("also a final refusal").isEmpty();
        assertThat(Missing.of(400, error("INVALID_REQUEST", detail("INVALID_VALUE", "signOnPolicy.id")), URL, BODY)).isEmpty();
        assertThat(Missing.of(409, error("INVALID_DATA", detail("INVALID_VALUE", "signOnPolicy.id")), URL, BODY)).isEmpty();
        assertThat(Missing.of(400, error("INVALID_DATA", detail("INVALID_VALUE", "signOnPolicy.id")), URL, null)).isEmpty();
    }
}
