package org.signonflow.harness;

import org.springframework.core.Ordered;
import org.springframework.test.annotation.DirtiesContext.HierarchyMode;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/**
 * Test classes that follow each other and have the same settings share one app. It ends when a class needs another: REST speaks to the
 * engine named "default", of which a JVM holds one.
 */
public final class OneAppAtATime implements TestExecutionListener, Ordered {

    private static TestContext last;

    /** Before any other listener starts the next app. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public void beforeTestClass(TestContext next) {
        if (!next.hasApplicationContext()) {
            end();
        }
        last = next;
    }

    /** For a test that starts an app by itself. */
    public static void end() {
        if (last != null) {
            last.markApplicationContextDirty(HierarchyMode.EXHAUSTIVE);
            last = null;
        }
    }
}
