package org.signonflow.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port for an app that is about to start. It is none of those that the system gives to connections, of which other tests open many in the
 * meantime, and none that browsers refuse.
 */
public final class FreePort {

    private static final int FIRST = 11_000;
    private static final int LAST = 32_000;

    private FreePort() {
    }

    public static int find() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                // The next may be free.
            }
        }
    }
}
