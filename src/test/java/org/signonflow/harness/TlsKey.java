package org.signonflow.harness;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** A key for TLS on this machine, with a certificate that it has signed itself. */
final class TlsKey {

    static final String ALIAS = "signonflow";
    static final char[] PASSWORD = "changeit".toCharArray();

    private TlsKey() {
    }

    /**
     * Makes one, and writes it to {@code certificate.pem} and {@code key.pem} as well.
     *
     * @param names for whom it is, as keytool writes them
     */
    static KeyStore make(Path home, String names) throws IOException, GeneralSecurityException, InterruptedException {
        Path file = home.resolve("key.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias",
            ALIAS, "-keyalg", "EC", "-storetype", "PKCS12", "-keystore", file.toString(), "-storepass", new String(PASSWORD),
            "-dname", "CN=localhost", "-ext", "SAN=" + names, "-validity", "2").redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool: " + said);
        }
        KeyStore key = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            key.load(in, PASSWORD);
        }
        write(home.resolve("certificate.pem"), "CERTIFICATE", key.getCertificate(ALIAS).getEncoded());
        write(home.resolve("key.pem"), "PRIVATE KEY", key.getKey(ALIAS, PASSWORD).getEncoded());
        return key;
    }

    private static void write(Path file, String what, byte[] bytes) throws IOException {
        Files.writeString(file, "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what,
            Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)));
    }
}
