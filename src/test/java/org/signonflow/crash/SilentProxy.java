package org.signonflow.crash;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Passes bytes on, until it swallows them: like a firewall that has lost its state, it neither refuses nor resets, and the
 * connections open at that time stay silent for ever.
 */
final class SilentProxy implements Closeable {

    private final ServerSocket listens = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final int target;
    private volatile boolean swallows;
    private final List<Line> lines = new CopyOnWriteArrayList<>();

    /** What both ends of a connection share. */
    private static final class Line {
        private volatile boolean isDumb;
    }

    SilentProxy(int target) throws IOException {
        this.target = target;
        threads.execute(this::accept);
    }

    int port() {
        return listens.getLocalPort();
    }

    /** From now on nothing passes, on old connections or new ones. */
    void swallow() {
        swallows = true;
        lines.forEach(line -> line.isDumb = true);
    }

    /** New connections pass again, the old ones do not. */
    void pass() {
        swallows = false;
    }

    @Override
    public void close() {
        try {
            listens.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            threads.shutdownNow();
        }
    }

    private void accept() {
        try {
            while (!listens.isClosed()) {
                Socket client = listens.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.addAll(List.of(client, server));
                Line line = new Line();
                lines.add(line);
                line.isDumb = swallows;
                threads.execute(() -> pass(client, server, line));
                threads.execute(() -> pass(server, client, line));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void pass(Socket from, Socket to, Line line) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[1 << 16];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (!line.isDumb) {
                    out.write(bytes, 0, read);
                }
            }
        } catch (IOException gone) {
            // Closed at the other end below, unless the line is silent.
        }
        if (!line.isDumb) {
            try {
                to.close();
            } catch (IOException gone) {
                // as it is to be
            }
        }
    }
}
