package io.resilientstorage.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The packages of core, as its sources and its module-info tell. */
final class CorePackages {

    private static final Path SOURCES = SourceTree.ROOT.resolve("core/src/main/java");
    private static final Pattern EXPORTS = Pattern.compile("exports ([a-z.]+);");

    private CorePackages() {}

    /** All of them. */
    static Set<String> all() {
        return SourceTree.shippedJava(SourceTree.ROOT).stream()
                .filter(file -> file.startsWith(SOURCES))
                .map(file -> SOURCES.relativize(file.getParent()).toString().replace('/', '.'))
                .collect(Collectors.toSet());
    }

    /** Those that other modules may use. */
    static Set<String> offered() {
        try {
            return EXPORTS.matcher(Files.readString(SOURCES.resolve("module-info.java")))
                    .results()
                    .map((MatchResult match) -> match.group(1))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
