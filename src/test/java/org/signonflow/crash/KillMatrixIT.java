package org.signonflow.crash;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.signonflow.crash.Stage.DatabaseAt;
import org.signonflow.crash.Stage.Times;
import org.signonflow.harness.Database;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The engine is killed at every point, and each object still exists once or not at all.
 *
 * <p>{@code mvn verify} kills it once, at a few points; {@code mvn verify -Dcrash.matrix=full} at all points, on both databases, three
 * times, or as often as {@code -Dcrash.rounds} says.
 */
class KillMatrixIT {

    private static final int ROUNDS = Integer.getInteger("crash.rounds", 3);

    /** An instance whose reply was lost is rolled back before the engine tries again. */
    private static final Duration LATE = Duration.ofMinutes(1);

    @Test
    @DisabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void aFewPoints() throws IOException {
        survives(new Times(Duration.ofSeconds(25), Duration.ofSeconds(25), Duration.ofSeconds(27), 16, LATE), home -> Database.h2(),
            CrashPoint.smoke(), 1);
    }

    @Test
    @EnabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void everyPointOnH2() throws IOException {
        survives(full(), home -> Database.h2(), CrashPoint.all(), ROUNDS);
    }

    @Test
    @EnabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void everyPointOnPostgreSql() throws IOException {
        survives(full(), Database::postgres, CrashPoint.all(), ROUNDS);
    }

    @Test
    @EnabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void everyPointOfAnUndoOnH2() throws IOException {
        survives(full(), home -> Database.h2(), CrashPoint.ofUndo(), ROUNDS);
    }

    @Test
    @EnabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void everyPointOfAnUndoOnPostgreSql() throws IOException {
        survives(full(), Database::postgres, CrashPoint.ofUndo(), ROUNDS);
    }

    @Test
    @EnabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void everyPointOfAnUrgentUndoOnH2() throws IOException {
        survives(full(), home -> Database.h2(), CrashPoint.ofUrgentUndo(), ROUNDS);
    }

    @Test
    @EnabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void everyPointOfAnUrgentUndoOnPostgreSql() throws IOException {
        survives(full(), Database::postgres, CrashPoint.ofUrgentUndo(), ROUNDS);
    }

    private static Times full() {
        return new Times(Duration.ofSeconds(75), Duration.ofSeconds(75), Duration.ofSeconds(80), 140, LATE);
    }

    private static void survives(Times times, DatabaseAt database, List<CrashPoint> points, int rounds) throws IOException {
        try (KillMatrix matrix = new KillMatrix(new Stage(times, database), points)) {
            for (int round = 0; round < rounds; round++) {
                matrix.round();
            }
            matrix.print();
            assertThat(matrix.violations()).isEmpty();
        }
    }
}
