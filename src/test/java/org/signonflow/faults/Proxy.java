package org.signonflow.faults;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A TCP proxy in front of the sandbox that understands just enough HTTP to tell exchanges apart, and damages those it is told to. */
final class Proxy implements Closeable {

    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
    private static final byte[] GARBAGE = {(byte) 0x16, 3, 1, 0, (byte) 0xff, '\r', '\n', 0, (byte) 0x80, '\n'};
    private static final int HUGE = 10_000_000;

    private final ServerSocket listener;
    private final URI server;
    private final List<Rule> rules = new CopyOnWriteArrayList<>();

    Proxy(URI server) {
        this.server = server;
        try {
            listener = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        daemon(this::accept);
    }

    /** Which exchanges are damaged and how. Counts them. */
    private static final class Rule {
        private final Pattern requestLine;
        private final Damage[] damages;
        private final double probability;
        private final Random random;
        private int done;
        private int left;

        private Rule(String requestLine, int times, double probability, long seed, Damage... damages) {
            this.requestLine = Pattern.compile(requestLine);
            this.left = times;
            this.probability = probability;
            this.random = new Random(seed);
            this.damages = damages;
        }

        private synchronized Damage strike(String line) {
            if (left == 0 || !requestLine.matcher(line).lookingAt() || random.nextDouble() >= probability) {
                return null;
            }
            left--;
            done++;
            return damages[random.nextInt(damages.length)];
        }

        private synchronized int done() {
            return done;
        }
    }

    /** A head including its empty line, and the body that came with it: complete, or as much as arrived before the end. */
    private record Message(byte[] head, byte[] body, boolean whole) {

        String headText() {
            return new String(head, StandardCharsets.ISO_8859_1);
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** Damages the next exchanges with this method and path; {@code *} stands for one segment of the part after the environment. */
    void damage(Damage damage, String method, String path, int times) {
        rules.add(new Rule(method + " /v1/environments/[^/]+" + path.replace("*", "[^/]+") + " ", times, 1, 0, damage));
    }

    /** Damages exchanges at random, but reproducibly for the same seed and order. */
    void damageAtRandom(double probability, long seed, Damage... damages) {
        rules.add(new Rule("", Integer.MAX_VALUE, probability, seed, damages));
    }

    /** How many exchanges were damaged since the last {@link #clear}. */
    int damaged() {
        return rules.stream().mapToInt(Rule::done).sum();
    }

    /** Stops damaging. */
    void clear() {
        rules.clear();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() {
        while (true) {
            try {
                Socket client = listener.accept();
                daemon(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client; Socket upstream = new Socket(server.getHost(), server.getPort())) {
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            InputStream fromClient = new BufferedInputStream(client.getInputStream());
            InputStream fromServer = new BufferedInputStream(upstream.getInputStream());
            while (true) {
                Message request = read(fromClient);
                if (!request.whole) {
                    return;
                }
                Damage damage = damageFor(request.headText());
                if (damage == Damage.NEVER_ANSWERED) {
                    awaitClose(client, fromClient);
                    return;
                }
                write(upstream, request.head, request.body);
                Message reply = read(fromServer);
                if (damage == null || !reply.whole) {
                    write(client, reply.head, reply.body);
                    if (!reply.whole) {
                        return;
                    }
                } else {
                    corrupt(damage, client, fromClient, reply);
                    return;
                }
            }
        } catch (IOException gone) {
            // The client or the sandbox has closed the connection, which ends this one too.
        }
    }

    private Damage damageFor(String head) {
        for (Rule rule : rules) {
            Damage damage = rule.strike(head);
            if (damage != null) {
                return damage;
            }
        }
        return null;
    }

    private static void corrupt(Damage damage, Socket client, InputStream fromClient, Message reply) throws IOException {
        byte[] head = reply.head;
        byte[] body = reply.body;
        switch (damage) {
            case FIN -> { }
            case RST -> client.setSoLinger(true, 0);
            case SILENCE -> awaitClose(client, fromClient);
            case CUT_IN_HEADERS -> write(client, Arrays.copyOf(head, head.length / 2));
            case CUT_IN_BODY -> write(client, head, Arrays.copyOf(body, body.length / 2));
            case DRIP -> drip(client, fromClient, head);
            case GARBAGE -> write(client, GARBAGE);
            case HTML -> write(client, replaced(head, "200 OK", "text/html", "<html><body>Please log in</body></html>"));
            case EMPTY -> write(client, replaced(head, null, "application/json", ""));
            case GARBLED -> write(client, replaced(head, null, "application/json", "{\"id\":\"garbled\",\"_links\":{\"self\":"));
            case NO_ID -> write(client, replaced(head, null, "application/json", "{\"name\":\"nameless\"}"));
            case WRONG_ID -> write(client, replaced(head, null, "application/json", "{\"id\":12345,\"name\":\"wrong\"}"));
            case HUGE -> write(client, replaced(head, null, "application/json", "{\"x\":\"" + "x".repeat(HUGE) + "\"}"));
            default -> throw new IllegalArgumentException(damage.name());
        }
    }

    /** A reply with the same status, unless another is given, and another body. */
    private static byte[] replaced(byte[] head, String status, String type, String body) {
        String first = new String(head, StandardCharsets.ISO_8859_1).split("\r\n", 2)[0];
        return ((status == null ? first : "HTTP/1.1 " + status) + "\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length()
            + "\r\nConnection: close\r\n\r\n" + body).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void awaitClose(Socket client, InputStream fromClient) throws IOException {
        client.setSoTimeout(0);
        while (fromClient.read() >= 0) {
            // A client that waits for its reply sends nothing.
        }
    }

    private static void drip(Socket client, InputStream fromClient, byte[] bytes) throws IOException {
        client.setSoTimeout(1000);
        for (byte next : bytes) {
            write(client, new byte[] {next});
            try {
                if (fromClient.read() < 0) {
                    return;
                }
            } catch (SocketTimeoutException aSecondLater) {
                // Time for the next byte.
            }
        }
    }

    private static Message read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int last4 = 0;
        while (last4 != 0x0d0a0d0a) {
            int next = in.read();
            if (next < 0 && head.size() == 0) {
                throw new EOFException();
            }
            if (next < 0) {
                return new Message(head.toByteArray(), new byte[0], false);
            }
            head.write(next);
            last4 = last4 << 8 | next;
        }
        Matcher length = CONTENT_LENGTH.matcher(head.toString(StandardCharsets.ISO_8859_1));
        int expected = length.find() ? Integer.parseInt(length.group(1)) : 0;
        byte[] body = in.readNBytes(expected);
        return new Message(head.toByteArray(), body, body.length == expected);
    }

    private static void write(Socket to, byte[]... parts) throws IOException {
        OutputStream out = to.getOutputStream();
        for (byte[] part : parts) {
            out.write(part);
        }
        out.flush();
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
