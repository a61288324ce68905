package org.signonflow.security.gate;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The bodies that are on their way, each of which holds a thread: so many from one network, and so many in all. One too many does not wait:
 * of those from its network the one that has been on its way for longest is given up, so that whoever sends slowly is in nobody's way but
 * his own.
 */
final class Arrivals {

    private static final int MOST_OF_ONE_NETWORK = 20;
    private static final int MOST = 100;

    private final Map<String, Deque<Arrival>> byNetwork = new HashMap<>();
    private int count;

    final class Arrival implements AutoCloseable {

        private final String network;
        private volatile boolean givenUp;

        private Arrival(String network) {
            this.network = network;
        }

        /** Whether another has taken its place. */
        boolean isGivenUp() {
            return givenUp;
        }

        @Override
        public void close() {
            end(this);
        }
    }

    synchronized Arrival begin(String network) {
        Arrival arrival = new Arrival(network);
        Deque<Arrival> own = byNetwork.computeIfAbsent(network, unknown -> new ArrayDeque<>());
        own.add(arrival);
        count++;
        if (own.size() > MOST_OF_ONE_NETWORK) {
            giveUp(own);
        } else if (count > MOST) {
            giveUp(byNetwork.values().stream().max(Comparator.comparingInt(Deque::size)).orElseThrow());
        }
        return arrival;
    }

    private void giveUp(Deque<Arrival> some) {
        Arrival eldest = some.peek();
        eldest.givenUp = true;
        end(eldest);
    }

    private synchronized void end(Arrival arrival) {
        Deque<Arrival> own = byNetwork.get(arrival.network);
        if (own != null && own.remove(arrival)) {
            count--;
            if (own.isEmpty()) {
                byNetwork.remove(arrival.network);
            }
        }
    }
}
