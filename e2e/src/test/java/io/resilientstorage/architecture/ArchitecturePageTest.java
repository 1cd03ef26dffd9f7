package io.resilientstorage.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** ARCHITECTURE.md names classes, methods and modules that exist. */
class ArchitecturePageTest {

    private static final Path PAGE = SourceTree.ROOT.resolve("ARCHITECTURE.md");

    /** A class in backticks, perhaps with a method: {@code `StateKeeper.current()`}. */
    private static final Pattern NAME = Pattern.compile("`([A-Z][a-z]\\w*)(?:\\.(\\w+)\\([^`]*)?`");

    private static final Map<String, Path> CLASSES = SourceTree.sources(SourceTree.ROOT).stream()
            .filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
            .collect(Collectors.toMap(
                    file -> file.getFileName().toString().replace(".java", ""), file -> file, (one, other) -> one));

    @Test
    void everyClassAndMethodOnThePageExists() throws IOException {
        String page = Files.readString(PAGE);

        assertThat(NAME.matcher(page).results()).hasSizeGreaterThan(50);
        assertThat(unknownNames(page)).isEmpty();
    }

    @Test
    void aNameThatDoesNotExistIsFound() {
        assertThat(unknownNames("`StateKeeper.current()`, `StateKeeper.forget(...)`, `Oracle`, `OPEN`, `read`"))
                .containsExactly("`StateKeeper.forget(...)`", "`Oracle`");
    }

    @Test
    void everyModuleIsOnThePage() throws IOException {
        String page = Files.readString(PAGE);
        String pom = Files.readString(SourceTree.ROOT.resolve("pom.xml"));
        List<String> modules = Pattern.compile("<module>([^<]+)</module>")
                .matcher(pom)
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(modules).isNotEmpty().allSatisfy(module -> assertThat(page).contains("| `" + module + "/` |"));
    }

    private static List<String> unknownNames(String page) {
        Stream<MatchResult> names = NAME.matcher(page).results();
        return names.filter(name -> !exists(name)).map(MatchResult::group).toList();
    }

    private static boolean exists(MatchResult name) {
        Path source = CLASSES.get(name.group(1));
        return source != null && (name.group(2) == null || text(source).contains(" " + name.group(2) + "("));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
