package org.signonflow.harness;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Texts that break patterns which recurse or backtrack: each is long, and most are invalid only at the very end. */
public final class LongTexts {

    private static final int LENGTH = 100_000;
    /** A quarter of a request thread's stack: recursion shows with shorter texts. */
    private static final int STACK = 256 << 10;
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final List<String> PARTS = List.of("1,", "1 - 2 , ", "a", "0", "0.", ".0", " ", "\t", "/", "//", "../", "a/", "://", "a://",
        "a:", ";", "=", "\"", "\\\"", "\\", "\"secret\":\"", "&token=", "[", "{\"a\":", "(", "*", "**/", "%2e", "ä", "-", "_.", "'", "\uD834\uDD1E",
        "\uD834", "\"a\",", "\"\"", "\n", "\r\n", "${", "https://a.example/,", "a,b;", "1.0,", ",", "x@");

    private LongTexts() {
    }

    /** Each part many times, as it is, and with a beginning or an end that does not match. */
    public static Stream<String> all() {
        return PARTS.stream().flatMap(part -> {
            String text = part.repeat(LENGTH / part.length());
            return Stream.of(text, text + "!", "1" + text + "x");
        });
    }

    /** Runs it with a small stack and at most a few seconds of CPU time; throws what it throws, including errors. */
    public static void surviving(Runnable what) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(null, what, "long texts", STACK);
        thread.setUncaughtExceptionHandler((ended, thrown) -> failure.set(thrown));
        thread.setDaemon(true);
        thread.start();
        try {
            for (thread.join(10); thread.isAlive(); thread.join(100)) {
                if (ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId()) > LONGEST.toNanos()) {
                    throw new AssertionError("It takes more than " + LONGEST + " of CPU time.");
                }
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        if (failure.get() != null) {
            throw new AssertionError("It fails with " + failure.get(), failure.get());
        }
    }
}
