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
 * Reads a request's body from the socket into memory, within limits. It polls with short waits rather than blocking, so that the total time
 * is limited and not only the time between two bytes. Whatever reads the request afterwards gets the buffered body.
 */
final class RequestBody {

    private static final String ATTRIBUTE = RequestBody.class.getName();
    private static final long SHORTEST_WAIT = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long LONGEST_WAIT = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int BEGINNING = 8 << 10;
    /** How much is discarded, and for how long, so that the sender sees the response: closing the connection at once may lose it. */
    private static final int MOST_PASSED_OVER = 32 << 20;
    private static final Duration LONGEST_PASSED_OVER = Duration.ofSeconds(1);

    private final Request request;
    private final Response response;
    private final IncomingBodies incomingBodies;
    private final InputBuffer socket;
    private byte[] bytes;

    RequestBody(Request request, Response response, IncomingBodies incomingBodies) {
        this.request = request;
        this.response = response;
        this.incomingBodies = incomingBodies;
        socket = request.getCoyoteRequest().getInputBuffer();
        request.setAttribute(ATTRIBUTE, this);
    }

    /** The body cannot be accepted. */
    static final class Refused extends Exception {
        final int status;

        private Refused(int status, String sentence) {
            super(sentence, null, false, false);
            this.status = status;
        }
    }

    /** The body of a request; null if it has none. */
    static RequestBody of(HttpServletRequest request) {
        return (RequestBody) request.getAttribute(ATTRIBUTE);
    }

    /** The bytes received; empty if the request has no body. Must not be modified. */
    static byte[] bytes(HttpServletRequest request) {
        RequestBody body = of(request);
        return body == null ? new byte[0] : body.bytes;
    }

    boolean isReceived() {
        return bytes != null;
    }

    /** The length that the caller declared; -1 if none. */
    long length() {
        return request.getContentLengthLong();
    }

    /** Waits for the whole body and makes it available to the rest of the chain. */
    void receive(int most, Duration longest) throws IOException, Refused {
        if (length() > most) {
            throw tooLarge(most);
        }
        // Not earlier: a client that sent Expect: 100-continue gets the refusal instead.
        response.sendAcknowledgement(ContinueResponseTiming.ALWAYS);
        byte[] received = new byte[length() >= 0 ? (int) length() : BEGINNING];
        int count = 0;
        try (IncomingBodies.Incoming incoming = incomingBodies.begin(network())) {
            Receiver receiver = new Receiver(longest);
            for (ByteBuffer next = receiver.next(incoming); next != null; next = receiver.next(incoming)) {
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

    /** Lets Tomcat read from the socket again. Must be called before the request is completed. */
    void end() {
        request.getCoyoteRequest().setInputBuffer(socket);
    }

    /** Ends the response and with it the connection; anything still arriving is discarded for a moment. */
    void giveUp() throws IOException {
        response.finishResponse();
        try (IncomingBodies.Incoming incoming = incomingBodies.begin(network())) {
            Receiver receiver = new Receiver(LONGEST_PASSED_OVER);
            int passed = 0;
            for (ByteBuffer next = receiver.next(incoming); next != null && passed < MOST_PASSED_OVER; next = receiver.next(incoming)) {
                passed += next.remaining();
            }
        } catch (Refused | IOException enough) {
            // The response has been sent; there is nothing left to do.
        }
        request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
    }

    private String network() {
        return Network.of(request.getRemoteAddr());
    }

    private static Refused tooLarge(int most) {
        return new Refused(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE, "The request is too large: the limit here is %s.".formatted(
            most < 1 << 20 ? "%d KiB".formatted(most >> 10) : "%d MiB".formatted(most >> 20)));
    }

    /** Replays the received bytes as if they came from the socket. */
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

    /** Receives the bytes from Tomcat. */
    private final class Receiver implements ApplicationBufferHandler {

        private final org.apache.coyote.Request from = request.getCoyoteRequest();
        private final long deadline;
        private final Duration longest;
        private long wait = SHORTEST_WAIT;
        private ByteBuffer buffer;

        private Receiver(Duration longest) {
            this.longest = longest;
            deadline = System.nanoTime() + longest.toNanos();
        }

        /** The next bytes; null at the end. */
        private ByteBuffer next(IncomingBodies.Incoming incoming) throws IOException, Refused {
            while (!from.isFinished()) {
                // Polls the socket without blocking.
                from.action(ActionCode.AVAILABLE, true);
                if (System.nanoTime() > deadline) {
                    throw new Refused(HttpServletResponse.SC_REQUEST_TIMEOUT,
                        "The request did not arrive within %d seconds.".formatted(longest.toSeconds()));
                }
                if (incoming.isGivenUp()) {
                    throw new Refused(429, "Too many requests from your address are being received at the same time.");
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
            // Nothing is accumulated here.
        }
    }
}
