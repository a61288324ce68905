package org.signonflow.crash;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.signonflow.crash.Stage.DatabaseAt;
import org.signonflow.harness.Database;
import org.signonflow.harness.JavaProcess;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an older version has begun ends correctly under this one: {@code mvn verify -Dupgrade=<the older version's jar>}. What is in
 * progress when the new version starts, and how it must end, is in {@link Upgrade}.
 */
@EnabledIfSystemProperty(named = "upgrade", matches = ".+",
    disabledReason = "Updates are tested if an older version's jar is given: mvn verify -Dupgrade=<old jar>.")
class UpgradeIT {

    private static final List<String> OLD = JavaProcess.jar(Path.of(System.getProperty("upgrade", "")));

    /** A rolling update. */
    @Test
    void sideBySideOnPostgreSql() throws IOException {
        survives(Database::postgres, true);
    }

    /** Only one process at a time can open the file. */
    @Test
    void oneAfterTheOtherOnH2() throws IOException {
        survives(home -> Database.h2(), false);
    }

    private static void survives(DatabaseAt database, boolean sideBySide) throws IOException {
        try (Upgrade upgrade = new Upgrade(database)) {
            Engine old = upgrade.startNode("old", OLD);
            upgrade.leaveInProgress(old);
            if (!sideBySide) {
                old.stop();
            }
            Engine next = upgrade.startNode("new", JavaProcess.jar());
            assertThat(upgrade.isInTime(next)).as("the new version did not take too long to start").isTrue();
            if (sideBySide) {
                upgrade.beginMore("while both run", List.of(old, next));
                upgrade.workUntilHalfHasEnded(List.of(old, next));
                old.stop();
            }
            upgrade.beginMore("afterwards", List.of(next));
            upgrade.workUntilAllHasEnded(next);
            List<String> violations = upgrade.judge(next);
            assertThat(violations).isEmpty();
        }
    }
}
