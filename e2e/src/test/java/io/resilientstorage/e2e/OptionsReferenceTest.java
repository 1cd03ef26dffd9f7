package io.resilientstorage.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.backend.BackendFactory;
import io.resilientstorage.config.BackendOptions;
import io.resilientstorage.config.BackendSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The options that docs/configuration.md lists for each kind of backend are those that its factory knows. */
class OptionsReferenceTest {

    @ParameterizedTest
    @CsvSource({
        "Redis, redis, redis://localhost",
        "PostgreSQL and SQLite, postgresql, postgresql://localhost/app",
        "Memory, memory, memory:"
    })
    void theOptionsOnThePageAreThoseThatAreKnown(String section, String scheme, String url) throws IOException {
        String page = Files.readString(Repository.root().resolve("docs/configuration.md"));
        BackendSettings settings =
                new BackendOptions().url(url).option("nonsense", "1").settings("x", 1, Duration.ofSeconds(1));

        InvalidSettingException error = catchThrowableOfType(
                InvalidSettingException.class, () -> factory(scheme).create(settings));

        // "... is not known; known are a, b" or the like.
        String known = String.valueOf(error.getMessage()).replaceAll(".*(known are|they know) \\[?", "");
        assertThat(options(page, section)).isNotEmpty().containsExactlyInAnyOrder(known.split("[^a-zA-Z]+"));
    }

    private static BackendFactory factory(String scheme) {
        return ServiceLoader.load(BackendFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(factory -> factory.supports(scheme))
                .findFirst()
                .orElseThrow();
    }

    /** The first column of the table under a heading. */
    private static String[] options(String page, String section) {
        String text = page.substring(page.indexOf("### " + section + "\n") + 4).split("\n#", 2)[0];
        return Pattern.compile("^\\| `(\\w+)` \\|", Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toArray(String[]::new);
    }
}
