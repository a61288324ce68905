package org.signonflow.harness;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** An HTTP proxy that leads every https address to one local port, where there is no TLS: for clients that speak nothing else. */
public final class TlsProxy implements AutoCloseable {

    private final ServerSocket server;
    private final SSLContext tls;
    private final Path certificate;
    private final int behind;

    private TlsProxy(ServerSocket server, SSLContext tls, Path certificate, int behind) {
        this.server = server;
        this.tls = tls;
        this.certificate = certificate;
        this.behind = behind;
    }

    /**
     * Starts one.
     *
     * @param home  where its certificate is written
     * @param names the hosts for which it answers
     */
    public static TlsProxy inFrontOf(int behind, Path home, String... names) throws IOException, GeneralSecurityException,
            InterruptedException {
        KeyStore key = TlsKey.make(home, "dns:" + String.join(",dns:", names));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(key, TlsKey.PASSWORD);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        TlsProxy proxy = new TlsProxy(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), tls, home.resolve("certificate.pem"),
            behind);
        run(proxy::accept);
        return proxy;
    }

    private interface Talk {
        void run() throws IOException;
    }

    /** Whatever ends it: one of both has hung up. */
    private static void run(Talk talk) {
        Thread thread = new Thread(() -> {
            try {
                talk.run();
            } catch (IOException over) {
                // The other direction learns of it from its own socket.
            }
        }, "tls-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            run(() -> lead(client));
        }
    }

    private void lead(Socket client) throws IOException {
        StringBuilder request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
            int one = client.getInputStream().read();
            if (one < 0) {
                client.close();
                return;
            }
            request.append((char) one);
        }
        client.getOutputStream().write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(client, (InputStream) null, true);
        Socket plain = new Socket(InetAddress.getByName("127.0.0.1"), behind);
        run(() -> pass(plain, secured));
        pass(secured, plain);
    }

    private static void pass(Socket from, Socket to) throws IOException {
        try (from; to) {
            from.getInputStream().transferTo(to.getOutputStream());
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    public Path certificate() {
        return certificate;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
