package org.signonflow.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.net.ssl.SSLContext;

/** Raw HTTP: from any chosen address of the loopback network, with a chosen Host header. */
final class Wire {

    private final int port;
    private final String from;
    private final SSLContext tls;

    Wire(int port, String from) {
        this(port, from, null);
    }

    /** @param tls null for plain text */
    Wire(int port, String from, SSLContext tls) {
        this.port = port;
        this.from = from;
        this.tls = tls;
    }

    /** The whole response to a request, whose headers end with a line break; a Host among them comes first. */
    String send(String method, String path, String headers) {
        return send(method, path, headers, "");
    }

    String send(String method, String path, String headers, String body) {
        try (Socket socket = tls == null ? new Socket() : tls.getSocketFactory().createSocket()) {
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.setSoTimeout(60_000);
            String length = body.isEmpty() ? "" : "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n";
            String request = "%s %s HTTP/1.1\r\n%s%sConnection: close\r\n\r\n%s".formatted(method, path,
                headers.startsWith("Host: ") ? headers : "Host: localhost:" + port + "\r\n" + headers, length, body);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The status of a login with Basic authentication. */
    int login(String user, String password) {
        return status(send("GET", "/engine-rest/version", basic(user, password)));
    }

    static String basic(String user, String password) {
        return "Authorization: Basic %s\r\n".formatted(Base64.getEncoder().encodeToString((user + ":" + password).getBytes()));
    }

    static int status(String answer) {
        return Integer.parseInt(answer.split(" ", 3)[1]);
    }
}
