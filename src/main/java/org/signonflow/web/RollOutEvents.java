package org.signonflow.web;

import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.RollOuts;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * Tells browsers how far roll-outs are: looks once a second at each that is watched, however many watch it, and sends what has changed.
 * Who takes nothing, such as a phone out of reach, holds up one of a few threads until Tomcat gives the connection up, and gets the newest
 * instead of all that was missed.
 *
 * <p>A connection ends with the roll-out, or else before a proxy would take it for idle. Then the browser makes a new one, and who it is
 * is looked at again.
 */
@Component
class RollOutEvents {

    private static final int MOST_CONNECTIONS = 100;
    private static final int MOST_OF_ONE_USER = 5;
    private static final Duration LONGEST_CONNECTION = Duration.ofSeconds(50);
    private static final int RECONNECT_MILLIS = 1_000;
    private static final int THREADS = 4;

    private final RollOuts rollOuts;
    private final Clock clock;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, new CustomizableThreadFactory("roll-out-events-"));

    RollOutEvents(RollOuts rollOuts, Clock clock) {
        this.rollOuts = rollOuts;
        this.clock = clock;
    }

    /** Answers the call with 429 where the user watches too often already, and with 503 where too many do. */
    SseEmitter watch(RollOut rollOut, String user) {
        Connection connection = new Connection(rollOut.id(), user);
        connection.emitter.onCompletion(() -> connections.remove(connection));
        connection.tell(RollOutStatus.of(rollOut, rollOuts), rollOut.stage().hasEnded());
        if (!rollOut.stage().hasEnded()) {
            add(connection);
        }
        return connection.emitter;
    }

    private synchronized void add(Connection connection) {
        if (connections.stream().filter(other -> other.user.equals(connection.user)).count() >= MOST_OF_ONE_USER) {
            throw new ResponseStatusException(HttpStatus.TOO_MANY_REQUESTS,
                "You watch roll-outs %d times already. Close another page.".formatted(MOST_OF_ONE_USER));
        }
        if (connections.size() >= MOST_CONNECTIONS) {
            throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "Too many watch roll-outs already. Try again in a minute.");
        }
        connections.add(connection);
    }

    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    void look() {
        connections.stream().collect(Collectors.groupingBy(connection -> connection.rollOutId)).forEach((id, watching) -> {
            Optional<RollOut> rollOut = rollOuts.find(id);
            RollOutStatus status = rollOut.map(found -> RollOutStatus.of(found, rollOuts)).orElse(null);
            boolean ended = rollOut.isEmpty() || rollOut.get().stage().hasEnded();
            watching.forEach(connection -> connection.offer(status, ended));
        });
    }

    /** Otherwise a graceful shutdown would wait for them. */
    @EventListener(ContextClosedEvent.class)
    void end() {
        connections.forEach(connection -> connection.offer(null, true));
        threads.shutdown();
    }

    private final class Connection {

        private final String rollOutId;
        private final String user;
        private final Instant until = clock.instant().plus(LONGEST_CONNECTION);
        private final SseEmitter emitter = new Unbuffered();
        private final AtomicBoolean busy = new AtomicBoolean();
        private volatile RollOutStatus told;

        private Connection(String rollOutId, String user) {
            this.rollOutId = rollOutId;
            this.user = user;
        }

        /** Tells it unless it is known, or the one before is still on its way. Null for nothing new. */
        private void offer(RollOutStatus status, boolean last) {
            boolean over = last || clock.instant().isAfter(until);
            if ((over || !status.equals(told)) && busy.compareAndSet(false, true)) {
                threads.execute(() -> {
                    tell(status, over);
                    busy.set(false);
                });
            }
        }

        private void tell(RollOutStatus status, boolean last) {
            boolean over = last;
            try {
                if (status != null && !status.equals(told)) {
                    emitter.send(SseEmitter.event().reconnectTime(RECONNECT_MILLIS).data(status, MediaType.APPLICATION_JSON));
                    told = status;
                }
                if (last) {
                    emitter.complete();
                }
            } catch (IOException | IllegalStateException gone) {
                over = true;
            }
            if (over) {
                connections.remove(this);
            }
        }
    }

    /** Asks nginx to keep nothing back. Its own timeout is for when the database does not answer, and nobody is told anything. */
    private static final class Unbuffered extends SseEmitter {

        private Unbuffered() {
            super(LONGEST_CONNECTION.plusSeconds(10).toMillis());
        }

        @Override
        protected void extendResponse(ServerHttpResponse response) {
            super.extendResponse(response);
            response.getHeaders().set("X-Accel-Buffering", "no");
        }
    }
}
