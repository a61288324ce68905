package org.signonflow.browser;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.signonflow.harness.FreePort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.io.IOException;

/** One browser for all tests of a class, with a sandbox on its own port. Skipped if there is no browser. */
abstract class BrowserTest {

    static Browser browser;

    @LocalServerPort
    int port;

    @DynamicPropertySource
    static void freePort(DynamicPropertyRegistry properties) {
        int port = FreePort.find();
        properties.add("signonflow.sandbox.port", () -> port);
    }

    @BeforeAll
    static void open() throws IOException {
        browser = Browser.open();
    }

    @AfterAll
    static void close() throws IOException {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void needsABrowser() {
        Assumptions.assumeTrue(browser != null, Browser.MISSING);
    }

    String at(String path) {
        return "http://127.0.0.1:" + port + path;
    }
}
