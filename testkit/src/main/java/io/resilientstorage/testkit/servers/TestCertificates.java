package io.resilientstorage.testkit.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate authority of its own and a server's certificate signed by it, as PEM files in a temporary folder; made
 * by the {@code keytool} of the running Java, so that nothing has to be installed.
 */
public final class TestCertificates implements AutoCloseable {

    private static final char[] PASSWORD = "only for tests".toCharArray();

    private final Path folder;

    private TestCertificates(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes them.
     *
     * @param hosts what the server is called, as in {@code ip:127.0.0.1} or {@code dns:localhost}
     */
    public static TestCertificates forHosts(String... hosts) {
        try {
            TestCertificates made = new TestCertificates(Files.createTempDirectory("resilient-storage-certificates"));
            made.make("san=" + String.join(",", hosts));
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the certificates could not be made", e);
        }
    }

    private void make(String hosts) throws IOException, GeneralSecurityException {
        pair("authority", "bc:c=ca:true");
        pair("server", hosts);
        keytool("-certreq", "-alias", "server", "-file", file("request"));
        keytool(
                "-gencert",
                "-rfc",
                "-alias",
                "authority",
                "-ext",
                hosts,
                "-infile",
                file("request"),
                "-outfile",
                file("server.pem"));
        keytool("-exportcert", "-rfc", "-alias", "authority", "-file", file("ca.pem"));
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve("store"))) {
            store.load(in, PASSWORD);
        }
        byte[] key = store.getKey("server", PASSWORD).getEncoded();
        Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        Files.writeString(
                keyFile(),
                "-----BEGIN PRIVATE KEY-----\n" + lines.encodeToString(key) + "\n-----END PRIVATE KEY-----\n");
        // PostgreSQL takes no key that others can read.
        Files.setPosixFilePermissions(keyFile(), PosixFilePermissions.fromString("rw-------"));
    }

    private void pair(String alias, String extension) throws IOException {
        keytool(
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                "CN=" + alias + " of " + folder.getFileName(),
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2",
                "-ext",
                extension);
    }

    private void keytool(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", file("store"), "-storetype", "PKCS12", "-storepass", new String(PASSWORD)));
        Tool.run(command, folder.resolve("output"));
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    /** The certificate of the authority: what clients have to trust. */
    public Path caFile() {
        return folder.resolve("ca.pem");
    }

    /** The certificate of the server. */
    public Path certificateFile() {
        return folder.resolve("server.pem");
    }

    /** The private key of the server. */
    public Path keyFile() {
        return folder.resolve("server.key");
    }

    /** Removes them. */
    @Override
    public void close() {
        try {
            FolderTree.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
