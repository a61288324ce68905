package org.signonflow.pingone;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that responds with exactly the bytes it is given, and then keeps, closes or resets the connection. */
final class RawServer implements AutoCloseable {

    enum End { KEEP, FIN, RST, SILENCE }

    /** A request that arrived, and the number of its connection. */
    record Arrival(String requestLine, int connection) {
    }

    private record Answer(byte[] bytes, End end) {
    }

    private static final byte[] TOKEN =
        reply("200 OK", "{\"access_token\":\"t\",\"expires_in\":3600}").getBytes(StandardCharsets.ISO_8859_1);
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");

    final List<Arrival> arrivals = new CopyOnWriteArrayList<>();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ServerSocket listener;
    private final Thread acceptor;

    RawServer() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        acceptor = daemon(this::accept);
    }

    RawServer answering(String bytes, End end) {
        answers.add(new Answer(bytes.getBytes(StandardCharsets.ISO_8859_1), end));
        return this;
    }

    static String reply(String statusAndHeaders, String body) {
        return "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(statusAndHeaders, body.length(), body);
    }

    PingOneClient client(Timeouts timeouts) {
        URI url = URI.create("http://127.0.0.1:" + listener.getLocalPort());
        return new PingOneClient(new PingOneHttp(timeouts, "1", CallObserver.NONE),
            new PingOneEnvironment("raw", url, url, FakePingOne.ENVIRONMENT, null,
            FakePingOne.CLIENT, FakePingOne.SECRET, TokenAuthentication.BASIC));
    }

    private void accept() {
        for (int connection = 0; ; connection++) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                int number = connection;
                daemon(() -> serve(socket, number));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket, int connection) {
        try (socket) {
            while (true) {
                String head = readRequest(socket.getInputStream());
                Answer answer;
                if (head.contains("/as/token")) {
                    answer = new Answer(TOKEN, End.KEEP);
                } else {
                    arrivals.add(new Arrival(head.substring(0, head.indexOf("\r\n")), connection));
                    answer = answers.remove();
                }
                OutputStream out = socket.getOutputStream();
                out.write(answer.bytes);
                out.flush();
                if (answer.end == End.RST) {
                    socket.setSoLinger(true, 0);
                }
                if (answer.end == End.SILENCE) {
                    socket.getInputStream().read();
                }
                if (answer.end != End.KEEP) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client closed the connection.
        }
    }

    private static String readRequest(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed");
            }
            head.write(next);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        Matcher length = CONTENT_LENGTH.matcher(text);
        in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
        return text;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "raw-server");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() {
        try {
            listener.close();
            // A listener accepts connections for as long as a thread is still blocked in accept().
            acceptor.join();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
