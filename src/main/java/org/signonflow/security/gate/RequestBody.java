package org.signonflow.security.gate;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.coyote.ActionCode;
import org.apache.coyote.ContinueResponseTiming;
import org.apache.coyote.InputBuffer;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.signonflow.security.login.Network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The body of a request, from the socket into memory, within bounds. It is read as it comes, by short waits rather than one long one, so
 * that the time is bounded and not only the time between two bytes. Whoever reads the request afterwards finds it there.
 */
final class RequestBody {

    private static final String ATTRIBUTE = RequestBody.class.getName();
    private static final long SHORTEST_WAIT = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long LONGEST_WAIT = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int BEGINNING = 8 << 10;
    /** What is passed over, and for how long, so that who sends it hears the answer: a connection that is closed at once may take it along. */
    private static final int MOST_PASSED_OVER = 32 << 20;
    private static final Duration LONGEST_PASSED_OVER = Duration.ofSeconds(1);

    private final Request request;
    private final Response response;
    private final Arrivals arrivals;
    private final InputBuffer socket;
    private byte[] bytes;

    RequestBody(Request request, Response response, Arrivals arrivals) {
        this.request = request;
        this.response = response;
        this.arrivals = arrivals;
        socket = request.getCoyoteRequest().getInputBuffer();
        request.setAttribute(ATTRIBUTE, this);
    }

    /** What was sent cannot be taken. */
    static final class Refused extends Exception {
        final int status;

        private Refused(int status, String sentence) {
            super(sentence, null, false, false);
            this.status = status;
        }
    }

    /** That of a request; null where it has none. */
    static RequestBody of(HttpServletRequest request) {
        return (RequestBody) request.getAttribute(ATTRIBUTE);
    }

    /** What was received of a request; empty where it has no body. Not to be changed. */
    static byte[] bytes(HttpServletRequest request) {
        RequestBody body = of(request);
        return body == null ? new byte[0] : body.bytes;
    }

    boolean isReceived() {
        return bytes != null;
    }

    /** As the caller says; -1 where he does not. */
    long length() {
        return request.getContentLengthLong();
    }

    /** Waits until it is here, and hands it on. */
    void receive(int most, Duration longest) throws IOException, Refused {
        if (length() > most) {
            throw tooLarge(most);
        }
        // Not before: a client that asks whether it may send is told so by the refusal.
        response.sendAcknowledgement(ContinueResponseTiming.ALWAYS);
        byte[] received = new byte[length() >= 0 ? (int) length() : BEGINNING];
        int count = 0;
        try (Arrivals.Arrival arrival = arrivals.begin(network())) {
            Arriving arriving = new Arriving(longest);
            for (ByteBuffer next = arriving.next(arrival); next != null; next = arriving.next(arrival)) {
                if (count + next.remaining() > most) {
                    throw tooLarge(most);
                }
                if (count + next.remaining() > received.length) {
                    received = Arrays.copyOf(received, Math.min(most, Math.max(2 * received.length, count + next.remaining())));
                }
                int length = next.remaining();
                next.get(received, count, length);
                count += length;
            }
        }
        bytes = count == received.length ? received : Arrays.copyOf(received, count);
        request.getCoyoteRequest().setInputBuffer(new Replay(ByteBuffer.wrap(bytes)));
    }

    /** Lets Tomcat read from the socket again. Must be done before the request has been answered. */
    void end() {
        request.getCoyoteRequest().setInputBuffer(socket);
    }

    /** Ends the answer, and the connection with it; what comes for a moment yet is passed over. */
    void giveUp() throws IOException {
        response.finishResponse();
        try (Arrivals.Arrival arrival = arrivals.begin(network())) {
            Arriving arriving = new Arriving(LONGEST_PASSED_OVER);
            int passed = 0;
            for (ByteBuffer next = arriving.next(arrival); next != null && passed < MOST_PASSED_OVER; next = arriving.next(arrival)) {
                passed += next.remaining();
            }
        } catch (Refused | IOException enough) {
            // There is no more to say.
        }
        request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
    }

    private String network() {
        return Network.of(request.getRemoteAddr());
    }

    private static Refused tooLarge(int most) {
        return new Refused(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE, "The request is too large: at most %s are taken here.".formatted(
            most < 1 << 20 ? "%d KiB".formatted(most >> 10) : "%d MiB".formatted(most >> 20)));
    }

    /** What was received, as if it came from the socket. */
    private record Replay(ByteBuffer left) implements InputBuffer {

        @Override
        public int doRead(ApplicationBufferHandler handler) {
            int count = left.remaining();
            if (count == 0) {
                return -1;
            }
            handler.setByteBuffer(left.slice());
            left.position(left.limit());
            return count;
        }

        @Override
        public int available() {
            return left.remaining();
        }
    }

    /** Tomcat's view of what has come. */
    private final class Arriving implements ApplicationBufferHandler {

        private final org.apache.coyote.Request from = request.getCoyoteRequest();
        private final long deadline;
        private final Duration longest;
        private long wait = SHORTEST_WAIT;
        private ByteBuffer buffer;

        private Arriving(Duration longest) {
            this.longest = longest;
            deadline = System.nanoTime() + longest.toNanos();
        }

        /** Null at the end. */
        private ByteBuffer next(Arrivals.Arrival arrival) throws IOException, Refused {
            while (!from.isFinished()) {
                // Looks at the socket, and does not wait for it.
                from.action(ActionCode.AVAILABLE, true);
                if (System.nanoTime() > deadline) {
                    throw new Refused(HttpServletResponse.SC_REQUEST_TIMEOUT,
                        "The request did not arrive within %d seconds.".formatted(longest.toSeconds()));
                }
                if (arrival.isGivenUp()) {
                    throw new Refused(429, "Too many requests from your address are on their way at once.");
                }
                if (from.getAvailable() > 0) {
                    wait = SHORTEST_WAIT;
                    if (from.doRead(this) < 0) {
                        return null;
                    }
                    return buffer;
                }
                LockSupport.parkNanos(wait);
                wait = Math.min(LONGEST_WAIT, wait * 3 / 2);
            }
            return null;
        }

        @Override
        public void setByteBuffer(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return buffer;
        }

        @Override
        public void expand(int size) {
            // Nothing is kept in it.
        }
    }
}
