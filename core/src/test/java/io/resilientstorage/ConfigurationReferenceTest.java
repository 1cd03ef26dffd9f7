package io.resilientstorage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.config.BackendOptions;
import io.resilientstorage.config.Setting;
import io.resilientstorage.config.Settings;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What docs/configuration.md says is what the code says. Its tables are written by this test when it is run with
 * {@code -Dupdate.reference=true}.
 */
class ConfigurationReferenceTest {

    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final Path EXAMPLES = Path.of("src/test/java/io/resilientstorage/ConfigurationExamples.java");
    private static final String UPDATE = "mvn -pl core -am test -Dtest=ConfigurationReferenceTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dupdate.reference=true";

    @Test
    void theTablesSayWhatTheCodeSays() throws IOException {
        String page = Files.readString(PAGE);
        String expected = withBlock(withBlock(page, "settings", settings()), "backend", backend());
        if (Boolean.getBoolean("update.reference")) {
            Files.writeString(PAGE, expected);
            return;
        }
        assertThat(page)
                .as("docs/configuration.md is not what the code says; to write it anew: %s", UPDATE)
                .isEqualTo(expected);
    }

    @Test
    void aTableThatIsNotWhatTheCodeSaysIsFound() throws IOException {
        String page = Files.readString(PAGE).replace("| `2s` |", "| `3s` |");

        assertThat(page).isNotEqualTo(withBlock(page, "settings", settings()));
        assertThatThrownBy(() -> withBlock("no table here", "settings", settings()))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void theExamplesSayTheSame() throws IOException {
        String page = Files.readString(PAGE);
        Properties properties = new Properties();
        properties.load(new StringReader(example(page, "properties")));
        Map<String, String> texts = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> texts.put(name, properties.getProperty(name)));
        StorageBuilder read = ResilientStorage.builder().properties(texts);
        StorageBuilder built = ConfigurationExamples.builder("secret");

        assertThat(withoutIndent(Files.readString(EXAMPLES))).contains(withoutIndent(example(page, "java")));
        assertThat(Settings.all())
                .allSatisfy(setting -> assertThat((Object) read.settings().get(setting))
                        .isEqualTo(built.settings().get(setting)));
    }

    @Test
    void theErrorOnThePageIsTheErrorThatIsThrown() throws IOException {
        String page = Files.readString(PAGE);

        assertThatThrownBy(() -> ResilientStorage.builder().properties(Map.of("callTimeout", "2")))
                .satisfies(error -> assertThat(page).contains("```\n" + error.getMessage() + "\n```"));
    }

    private static String settings() {
        List<String> rows =
                Settings.all().stream().map(ConfigurationReferenceTest::row).toList();
        return table("| setting | default | legal values | meaning |", rows);
    }

    private static <T> String row(Setting<T> setting) {
        String value = "`" + setting.kind().format(setting.defaultValue()) + "`";
        String size = setting.name().endsWith("Bytes") ? mebibytes(setting.defaultValue()) : "";
        return "| `" + setting.name() + "` | " + value + size + " | "
                + setting.kind().bounds() + " | " + setting.meaning() + " |";
    }

    private static String mebibytes(Object bytes) {
        return " (" + ((Long) bytes >> 20) + " MiB)";
    }

    private static String backend() {
        List<String> rows = BackendOptions.fields().stream()
                .map(field -> "| `" + field.name() + "` | " + field.defaultText() + " | " + field.bounds() + " | "
                        + field.meaning() + " |")
                .toList();
        return table("| field | default | legal values | meaning |", rows);
    }

    private static String table(String head, List<String> rows) {
        return head + "\n|---|---|---|---|\n" + String.join("\n", rows) + "\n";
    }

    /** The page with what stands between the marks of a block replaced. */
    private static String withBlock(String page, String name, String text) {
        Pattern block = Pattern.compile(
                "(<!-- begin " + name + ": [^\n]*-->\n).*(<!-- end " + name + " -->\n)", Pattern.DOTALL);
        Matcher matcher = block.matcher(page);
        assertThat(matcher.find()).as("the page has the block %s", name).isTrue();
        return matcher.replaceFirst(
                match -> Matcher.quoteReplacement(match.group(1) + "\n" + text + "\n" + match.group(2)));
    }

    private static String example(String page, String language) {
        Matcher matcher =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(page);
        assertThat(matcher.find()).as("the page has an example in %s", language).isTrue();
        return matcher.group(1);
    }

    private static String withoutIndent(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n")).strip();
    }
}
