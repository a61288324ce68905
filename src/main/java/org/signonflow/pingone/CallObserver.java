package org.signonflow.pingone;

import java.time.Duration;

/** Is told of each request to PingOne, as soon as its reply is there or is known not to come. Must be thread-safe, and never throw. */
@FunctionalInterface
public interface CallObserver {

    /** Looks at nothing. */
    CallObserver NONE = (environment, route, status, took) -> { };

    /**
     * A request has ended. One that was repeated with a fresh token counts twice, and each page of a list counts.
     *
     * @param environment the alias
     * @param status      0 if there was no reply, or no connection
     * @param took        until the reply was read
     */
    void ended(String environment, Route route, int status, Duration took);
}
