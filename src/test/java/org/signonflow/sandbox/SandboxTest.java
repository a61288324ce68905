package org.signonflow.sandbox;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** One sandbox for the tests of a class, reset before each of them. */
abstract class SandboxTest {

    private static Sandbox sandbox;
    static Caller caller;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(Map.of("signonflow.sandbox.port", 0));
        caller = new Caller(sandbox.uri()).authorised();
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @BeforeEach
    void fresh() {
        caller.control("POST", "reset", null).expect(204);
        caller.authorised();
    }
}
