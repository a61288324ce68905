package org.signonflow;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

import java.sql.SQLException;

/** Explains in a few lines why the database cannot be connected to at startup. Does not handle other database failures. */
class DatabaseFailureAnalyzer extends AbstractFailureAnalyzer<SQLException> {

    private final Environment environment;

    DatabaseFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable root, SQLException failure) {
        SQLException cause = failure;
        for (Throwable next = failure; next != null; next = next.getCause()) {
            if (next instanceof SQLException deeper && deeper.getSQLState() != null) {
                cause = deeper;
            }
        }
        String state = String.valueOf(cause.getSQLState());
        // What follows may include a password.
        String database = environment.getProperty("spring.datasource.url", "").split("[?;]")[0].replaceFirst("//[^/]*@", "//");
        String who = "The database %s ".formatted(database);
        String says = cause.getMessage();
        if (state.startsWith("08")) {
            return new FailureAnalysis(who + "cannot be reached: " + says, "Start it, or correct spring.datasource.url.", failure);
        }
        if (state.startsWith("28")) {
            return new FailureAnalysis(who + "rejects the login: " + says,
                "Set spring.datasource.username and spring.datasource.password.", failure);
        }
        return switch (state) {
            case "90020" -> new FailureAnalysis(who + "is in use by another process.",
                "Stop the other one, or set spring.datasource.url to another file, or to a PostgreSQL, which several can share.", failure);
            case "3D000" -> new FailureAnalysis(who + "does not exist: " + says,
                "Create it, or set spring.datasource.url to one that exists.", failure);
            case "53300" -> new FailureAnalysis(who + "accepts no more connections: " + says,
                "Raise its max_connections above the sum of spring.datasource.hikari.maximum-pool-size of all nodes.", failure);
            case "57P03" -> new FailureAnalysis(who + "is not accepting connections now: " + says, "Wait until it is up.", failure);
            default -> null;
        };
    }
}
