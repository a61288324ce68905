package org.signonflow.security.gate;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The request bodies being received, each of which holds a thread, limited per network and in total. When there is one too many, it does
 * not wait: the oldest from the same network is abandoned, so a slow sender gets in nobody's way but their own.
 */
final class IncomingBodies {

    private static final int MOST_OF_ONE_NETWORK = 20;
    private static final int MOST = 100;

    private final Map<String, Deque<Incoming>> byNetwork = new HashMap<>();
    private int count;

    final class Incoming implements AutoCloseable {

        private final String network;
        private volatile boolean givenUp;

        private Incoming(String network) {
            this.network = network;
        }

        /** Whether another body has taken its place. */
        boolean isGivenUp() {
            return givenUp;
        }

        @Override
        public void close() {
            end(this);
        }
    }

    synchronized Incoming begin(String network) {
        Incoming incoming = new Incoming(network);
        Deque<Incoming> own = byNetwork.computeIfAbsent(network, unknown -> new ArrayDeque<>());
        own.add(incoming);
        count++;
        if (own.size() > MOST_OF_ONE_NETWORK) {
            giveUp(own);
        } else if (count > MOST) {
            giveUp(byNetwork.values().stream().max(Comparator.comparingInt(Deque::size)).orElseThrow());
        }
        return incoming;
    }

    private void giveUp(Deque<Incoming> some) {
        Incoming eldest = some.peek();
        eldest.givenUp = true;
        end(eldest);
    }

    private synchronized void end(Incoming incoming) {
        Deque<Incoming> own = byNetwork.get(incoming.network);
        if (own != null && own.remove(incoming)) {
            count--;
            if (own.isEmpty()) {
                byNetwork.remove(incoming.network);
            }
        }
    }
}
