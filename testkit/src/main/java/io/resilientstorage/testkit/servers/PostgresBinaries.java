package io.resilientstorage.testkit.servers;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL programs, unpacked once for each user and version into the folder for temporary files. They come as
 * Maven artifacts, so that nothing has to be installed.
 */
final class PostgresBinaries {

    private static final int EXECUTABLE = 0b001_000_000;

    private PostgresBinaries() {}

    /** The folder that has {@code bin/postgres} in it. */
    static Path unpacked() throws IOException {
        Path parent = Path.of(
                System.getProperty("java.io.tmpdir"), "resilient-storage-postgres-" + System.getProperty("user.name"));
        Path ready = parent.resolve(fingerprint());
        if (Files.isDirectory(ready)) {
            return ready;
        }
        Files.createDirectories(parent);
        Path fresh = Files.createTempDirectory(parent, "unpacking");
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(archive()))) {
            unpack(tar, fresh);
        }
        return publish(fresh, ready);
    }

    /** Several processes may unpack at once: the first to rename wins, and the others use what it made. */
    private static Path publish(Path fresh, Path ready) throws IOException {
        try {
            Files.move(fresh, ready, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException taken) {
            if (!Files.isDirectory(ready)) {
                throw taken;
            }
            FolderTree.delete(fresh);
        }
        return ready;
    }

    private static void unpack(TarArchiveInputStream tar, Path folder) throws IOException {
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path file = folder.resolve(entry.getName()).normalize();
            if (!file.startsWith(folder)) {
                throw new IOException("the archive has a file outside of itself: " + entry.getName());
            }
            if (entry.isDirectory()) {
                Files.createDirectories(file);
                continue;
            }
            Files.createDirectories(parentOf(file));
            if (entry.isSymbolicLink()) {
                link(file, Path.of(entry.getLinkName()));
            } else if (entry.isLink()) {
                Files.copy(folder.resolve(entry.getLinkName()), file);
            } else {
                Files.copy(tar, file);
            }
            if (!entry.isSymbolicLink() && (entry.getMode() & EXECUTABLE) != 0) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    private static void link(Path file, Path target) throws IOException {
        try {
            Files.createSymbolicLink(file, target);
        } catch (FileAlreadyExistsException twice) {
            if (!Files.isSymbolicLink(file)) {
                throw twice;
            }
        }
    }

    private static Path parentOf(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IOException("no parent folder: " + file);
        }
        return parent;
    }

    private static InputStream archive() throws IOException {
        String system = System.getProperty("os.name").startsWith("Mac") ? "Darwin" : "Linux";
        String machine = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
        InputStream archive = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machine);
        if (archive == null) {
            throw new IOException("no PostgreSQL for " + system + " on " + machine + " on the class path");
        }
        return new BufferedInputStream(archive);
    }

    private static String fingerprint() throws IOException {
        try (InputStream archive = archive()) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int read = archive.read(buffer); read >= 0; read = archive.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IOException("every Java platform has SHA-256", e);
        }
    }
}
