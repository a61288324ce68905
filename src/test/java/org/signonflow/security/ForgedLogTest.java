package org.signonflow.security;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What people send appears in the log, if at all, only within the record about it. The engine's API is the most likely to log it. */
@ExtendWith(OutputCaptureExtension.class)
class ForgedLogTest extends RunningApp {

    private static final List<String> TALKATIVE = List.of("org.camunda.bpm.engine.rest.exception", "org.springframework.web",
        "org.springframework.security", "org.apache.coyote.http11");

    private static void level(LogLevel level) {
        TALKATIVE.forEach(logger -> LoggingSystem.get(ForgedLogTest.class.getClassLoader()).setLogLevel(logger, level));
    }

    @BeforeEach
    void enableVerboseLogging() {
        level(LogLevel.DEBUG);
    }

    @AfterEach
    void resetLogging() {
        level(null);
    }

    @Test
    void noRecordCanBeForged(CapturedOutput output) {
        String forged = "2026-11-26T07:41:38.738Z  INFO forged";
        Caller requester = rest("requester");
        requester.call("PUT", "/engine-rest/user/requester/profile", "{\"id\": \"x\\n" + forged + "\"}");
        requester.call("GET", "/engine-rest/task?sortBy=x%0a" + forged.replace(" ", "%20"), null);
        requester.call("GET", "/engine-rest/user/x%0d%0a" + forged.replace(" ", "%20") + "/profile", null);
        requester.call("GET", "/nothing%0a" + forged.replace(" ", "%20"), null);
        requester.send("GET", "/api/roll-outs", null, "Accept", "x/\u0085" + forged);
        Caller.basic(port, "x\n" + forged, "wrong").call("GET", "/", null);
        requester.call("POST", "/engine-rest/process-definition/key/configure-mfa-sign-on/start",
            "{\"variables\": {\"x\\n" + forged + "\": {\"value\": \"\\n" + forged + "\"},"
                + "\"applicationName\": {\"value\": \"\\n" + forged + "\"}}}");
        assertThat(output.getAll()).contains("x\n  | " + forged);
        assertThat(output.getAll().lines()).noneMatch(line -> line.startsWith(forged));
    }
}
