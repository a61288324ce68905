package org.signonflow.harness;

import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A real nginx in front of Signonflow, with TLS and configured as in the README, except for ports and files. */
public final class Nginx implements AutoCloseable {

    /** Why tests with nginx are skipped. */
    public static final String MISSING = "The tests behind a proxy are skipped: there is no nginx here. Install nginx, or name it in the "
        + "environment variable NGINX.";

    private static final Pattern EXAMPLE = Pattern.compile("```nginx\n(.*?)```", Pattern.DOTALL);
    private static final Duration LONGEST_START = Duration.ofSeconds(30);

    private final Process process;
    private final int port;
    private final SSLContext trust;

    private Nginx(Process process, int port, SSLContext trust) {
        this.process = process;
        this.port = port;
        this.trust = trust;
    }

    /** Starts one in front of a local port; null if nginx is not installed. */
    public static Nginx inFrontOf(int behind) throws IOException, GeneralSecurityException, InterruptedException {
        String nginx = Stream.ofNullable(System.getenv("NGINX")).findAny().or(() -> Stream.of("/usr/sbin/nginx", "/usr/bin/nginx",
            "/usr/local/sbin/nginx").filter(path -> Files.isExecutable(Path.of(path))).findFirst()).orElse(null);
        if (nginx == null) {
            LoggerFactory.getLogger(Nginx.class).warn(MISSING);
            return null;
        }
        Path home = Files.createDirectories(Path.of("target", "nginx")).toRealPath();
        home = Files.createTempDirectory(home, "");
        KeyStore key = TlsKey.make(home, "dns:localhost,ip:127.0.0.1");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path config = home.resolve("nginx.conf");
        Files.writeString(config, """
            daemon off;
            master_process off;
            pid %1$s/nginx.pid;
            error_log %1$s/error.log;
            events {}
            http {
            access_log off;
            client_body_temp_path %1$s/body;
            proxy_temp_path %1$s/proxy;
            fastcgi_temp_path %1$s/fastcgi;
            uwsgi_temp_path %1$s/uwsgi;
            scgi_temp_path %1$s/scgi;
            %2$s
            }
            """.formatted(home, example(home, port, behind)));
        Process process = new ProcessBuilder(nginx, "-p", home.toString(), "-c", config.toString()).redirectErrorStream(true)
            .redirectOutput(home.resolve("output.log").toFile()).start();
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (!answers(port)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IOException("nginx does not start: " + Files.readString(home.resolve("output.log")));
            }
            Thread.sleep(50);
        }
        KeyStore certificates = KeyStore.getInstance(KeyStore.getDefaultType());
        certificates.load(null, null);
        certificates.setCertificateEntry("nginx", key.getCertificate(TlsKey.ALIAS));
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(certificates);
        SSLContext trust = SSLContext.getInstance("TLS");
        trust.init(null, trusted.getTrustManagers(), null);
        return new Nginx(process, port, trust);
    }

    private static String example(Path home, int port, int behind) throws IOException {
        Matcher example = EXAMPLE.matcher(Files.readString(Path.of("README.md")));
        if (!example.find()) {
            throw new IllegalStateException("README.md has no nginx example");
        }
        String config = example.group(1);
        for (List<String> own : List.of(List.of("listen 443 ssl;", "listen 127.0.0.1:" + port + " ssl;"),
            List.of("/etc/ssl/certs/signonflow.pem", home.resolve("certificate.pem").toString()),
            List.of("/etc/ssl/private/signonflow.key", home.resolve("key.pem").toString()),
            List.of("127.0.0.1:8080", "127.0.0.1:" + behind))) {
            if (!config.contains(own.get(0))) {
                throw new IllegalStateException("The nginx example in README.md lacks " + own.get(0));
            }
            config = config.replace(own.get(0), own.get(1));
        }
        return config;
    }

    private static boolean answers(int port) {
        try (Socket ignored = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    /** A TLS context that trusts its certificate, which is for localhost. */
    public SSLContext trust() {
        return trust;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
