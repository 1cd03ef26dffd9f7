package io.resilientstorage.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The source files of all modules. */
final class SourceTree {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Set<String> NOT_SOURCES = Set.of("target", ".git");

    /**
     * Modules that no user ever runs. The benchmarks read the machine's clock around every call, have threads of their
     * own, and print: what is forbidden to code that a simulator must be able to drive.
     */
    private static final Set<String> NOT_SHIPPED = Set.of("benchmarks");

    private SourceTree() {}

    /** Every file in a {@code src} tree below a folder. */
    static List<Path> sources(Path folder) {
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    return NOT_SOURCES.contains(directory.getFileName().toString())
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (folder.relativize(file).toString().matches("(.*/)?src/.*")) {
                        files.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** The Java files among {@link #sources} that are no tests. */
    static List<Path> mainJava(Path folder) {
        return sources(folder).stream()
                .filter(file -> folder.relativize(file).toString().matches("(.*/)?src/main/java/.*\\.java"))
                .toList();
    }

    /** Those among {@link #mainJava} that are shipped. */
    static List<Path> shippedJava(Path folder) {
        return mainJava(folder).stream()
                .filter(file ->
                        !NOT_SHIPPED.contains(folder.relativize(file).getName(0).toString()))
                .toList();
    }
}
