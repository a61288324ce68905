package org.signonflow;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

import java.sql.SQLException;

/** Says in a few lines why there is no connection to the database at the start. Other failures of a database are not its business. */
class NoDatabase extends AbstractFailureAnalyzer<SQLException> {

    private final Environment environment;

    NoDatabase(Environment environment) {
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
        // What follows may be a password.
        String database = environment.getProperty("spring.datasource.url", "").split("[?;]")[0].replaceFirst("//[^/]*@", "//");
        String who = "The database %s ".formatted(database);
        String says = cause.getMessage();
        if (state.startsWith("08")) {
            return new FailureAnalysis(who + "cannot be reached: " + says, "Start it, or set spring.datasource.url to where it is.", failure);
        }
        if (state.startsWith("28")) {
            return new FailureAnalysis(who + "refuses the login: " + says,
                "Set spring.datasource.username and spring.datasource.password.", failure);
        }
        return switch (state) {
            case "90020" -> new FailureAnalysis(who + "is in use by another process.",
                "End the other one, or set spring.datasource.url to another file, or to a PostgreSQL, which several may use.", failure);
            case "3D000" -> new FailureAnalysis(who + "is not there: " + says,
                "Create it, or set spring.datasource.url to one that is there.", failure);
            case "53300" -> new FailureAnalysis(who + "takes no more connections: " + says,
                "Allow it more (max_connections) than spring.datasource.hikari.maximum-pool-size of all nodes together.", failure);
            case "57P03" -> new FailureAnalysis(who + "takes no connections now: " + says, "Wait until it is up.", failure);
            default -> null;
        };
    }
}
