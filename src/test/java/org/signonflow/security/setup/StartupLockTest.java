package org.signonflow.security.setup;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.signonflow.TestDatabase;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Who starts on a PostgreSQL waits for who is starting on it, and not for ever. */
class StartupLockTest {

    private final DriverManagerDataSource database = new DriverManagerDataSource(TestDatabase.postgres(), "postgres", "postgres");

    private StartupLock begin(Duration patience) {
        StartupLock start = new StartupLock(patience);
        start.postProcessAfterInitialization(database, "dataSource");
        return start;
    }

    @Test
    void waitsUntilTheOtherHasStarted() throws Exception {
        Logger log = (Logger) LoggerFactory.getLogger(StartupLock.class);
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        log.addAppender(said);
        log.setLevel(Level.INFO);
        StartupLock first = begin(Duration.ZERO);
        CompletableFuture<StartupLock> second = CompletableFuture.supplyAsync(() -> begin(Duration.ofMinutes(1)));
        await().untilAsserted(() -> assertThat(said.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly(
            "Waiting for another node that is starting on this database: one at a time sets up tables, models and users."));
        log.detachAppender(said);
        assertThat(second).isNotDone();
        first.onApplicationEvent(null);
        second.get(1, TimeUnit.MINUTES).onApplicationEvent(null);
        begin(Duration.ZERO).destroy();
    }

    @Test
    void doesNotWaitForEver() {
        StartupLock first = begin(Duration.ZERO);
        assertThatThrownBy(() -> begin(Duration.ofSeconds(1))).isInstanceOf(StartupRefused.class)
            .hasMessage("Another node has been starting on this database for 1 s, and this one cannot start before it.");
        // It has failed.
        first.destroy();
        begin(Duration.ZERO).destroy();
    }

    @Test
    void doesNotWaitForNodesOnAnotherDatabase() {
        StartupLock first = begin(Duration.ZERO);
        new StartupLockTest().begin(Duration.ZERO).destroy();
        first.destroy();
    }
}
