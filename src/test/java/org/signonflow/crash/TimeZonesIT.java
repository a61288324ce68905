package org.signonflow.crash;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.signonflow.harness.Database.Postgres;
import org.signonflow.harness.Database;
import org.signonflow.harness.JavaProcess;
import org.signonflow.harness.Rest;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Nodes on machines in different time zones write and read the same times, whatever zone an older database was written in. */
@EnabledIfSystemProperty(named = "crash.matrix", matches = "full")
class TimeZonesIT {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSZ");

    @TempDir
    Path home;

    private JavaProcess node(String zone, Database database) throws IOException {
        return JavaProcess.engine(home, zone.replace('/', '-'),
            Stream.concat(Stream.of("-Duser.timezone=" + zone), JavaProcess.jar().stream()).toList(),
            Stream.concat(database.settings().stream(), Stream.of("--signonflow.environments.sandbox.auth-url=http://127.0.0.1:1")).toList());
    }

    private static Rest rest(JavaProcess node) {
        return new Rest(URI.create(node.uri() + "/engine-rest"), Rest.ADMIN);
    }

    /** Starts a flow whose step fails and is due again in a few seconds; returns the instance's id. */
    private static String start(JavaProcess node) throws IOException {
        return rest(node).as(Rest.REQUESTER).post("/process-definition/key/configure-mfa-sign-on/start", Map.of("variables", Map.of(
            "applicationName", Map.of("value", "Banking app"), "policyName", Map.of("value", "MFA_UseCase")))).get("id").stringValue();
    }

    private static Instant started(JavaProcess node, String instance) throws IOException {
        String started = rest(node).get("/history/process-instance/" + instance).get("startTime").stringValue();
        return OffsetDateTime.parse(started, TIME).toInstant();
    }

    private static String zone(Postgres postgres) throws SQLException {
        try (Connection connection = postgres.connect(); Statement statement = connection.createStatement();
                ResultSet zone = statement.executeQuery("select value_ from act_ge_property where name_ = 'signonflow.time-zone'")) {
            return zone.next() ? zone.getString(1) : null;
        }
    }

    @Test
    void twoNodesOnANewDatabaseAndOneOnAnOlderDatabase() throws IOException, SQLException {
        try (Postgres postgres = Database.postgres(home)) {
            String instance;
            try (JavaProcess tokyo = node("Asia/Tokyo", postgres)) {
                assertThat(zone(postgres)).isEqualTo("UTC");
                try (JavaProcess newYork = node("America/New_York", postgres)) {
                    instance = start(tokyo);
                    Instant now = Instant.now();
                    for (JavaProcess node : List.of(tokyo, newYork)) {
                        assertThat(started(node, instance)).isCloseTo(now, within(1, ChronoUnit.MINUTES));
                    }
                }
            }
            // As left by the previous build, on a machine in Tokyo.
            try (Connection connection = postgres.connect(); Statement statement = connection.createStatement()) {
                statement.execute("delete from act_ge_property where name_ = 'signonflow.time-zone'");
                statement.execute("update act_hi_procinst set start_time_ = start_time_ + interval '9 hours'");
            }
            try (JavaProcess tokyo = node("Asia/Tokyo", postgres)) {
                assertThat(zone(postgres)).isEqualTo("Asia/Tokyo");
            }
            try (JavaProcess newYork = node("America/New_York", postgres)) {
                assertThat(started(newYork, instance)).isCloseTo(Instant.now(), within(30, ChronoUnit.MINUTES));
                assertThat(started(newYork, start(newYork))).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
            }
        }
    }
}
