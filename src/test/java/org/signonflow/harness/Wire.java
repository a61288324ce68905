package org.signonflow.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A raw connection for requests that no proper client sends, from any of this machine's own addresses. */
public final class Wire implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket = new Socket();

    public Wire(String from, int port) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
    }

    /** The header of a Basic login; none if the user is null. */
    public static String authorization(String user) {
        return user == null ? "" : "Authorization: Basic %s\r\n".formatted(
            Base64.getEncoder().encodeToString((user + ":" + user + "-sandbox").getBytes(StandardCharsets.UTF_8)));
    }

    /** @param headers each with its line end */
    public Wire head(String method, String path, String headers) throws IOException {
        return send("%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n".formatted(method, path, headers));
    }

    public Wire send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public Wire send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** The status of the next response, whose body is not read; -1 if the connection ends without one. */
    public int status() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.write(c);
        }
        String[] parts = line.toString(StandardCharsets.ISO_8859_1).split(" ");
        return parts.length < 2 ? -1 : Integer.parseInt(parts[1]);
    }

    /** Everything received until the connection ends. */
    public String rest() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
