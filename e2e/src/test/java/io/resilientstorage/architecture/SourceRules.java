package io.resilientstorage.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Rules for source files. Each returns what breaks it. */
final class SourceRules {

    static final int MAX_LINES = 400;

    private static final String SOURCE = ".*\\.(java|lua|sql|js|css|html|sh|xml|properties|ya?ml)";

    private SourceRules() {}

    static List<String> tooLong(Path folder) {
        return SourceTree.sources(folder).stream()
                .filter(file -> file.toString().matches(SOURCE))
                .filter(file -> lines(file) > MAX_LINES)
                .map(file -> folder.relativize(file) + " has " + lines(file) + " lines, and may have " + MAX_LINES)
                .toList();
    }

    /** Without the annotation NullAway does not look at a package. */
    static List<String> withoutNullMarked(Path folder) {
        return SourceTree.mainJava(folder).stream()
                .filter(file -> !file.endsWith("module-info.java"))
                .map(Path::getParent)
                .distinct()
                .filter(directory ->
                        !text(directory.resolve("package-info.java")).contains("@NullMarked"))
                .map(directory -> folder.relativize(directory) + " has no package-info.java with @NullMarked")
                .toList();
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
