package io.resilientstorage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.Storage;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every Java snippet of the README compiles and runs, on real servers. */
class ReadmeTest {

    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void everyJavaSnippetCompilesAndRuns() throws Exception {
        String readme = Files.readString(Repository.root().resolve("README.md"));
        List<String> snippets = blocks(readme);
        assertThat(snippets).hasSizeGreaterThanOrEqualTo(3);
        try (RedisProcess redis = RedisProcess.start();
                PostgresProcess postgres = PostgresProcess.start();
                Storage storage = ResilientStorage.builder()
                        .backend(redis.url())
                        .backend(postgres.url())
                        .build()) {
            for (int i = 0; i < snippets.size(); i++) {
                String code = snippets.get(i)
                        .replace("redis://localhost:6379", redis.url())
                        .replace("postgresql://app:secret@localhost:5432/app", postgres.url());
                run("Snippet" + i, code, storage);
            }
        }
    }

    private static List<String> blocks(String markdown) {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = JAVA_BLOCK.matcher(markdown);
        while (matcher.find()) {
            blocks.add(matcher.group(1));
        }
        return blocks;
    }

    private void run(String name, String code, Storage storage) throws Exception {
        String source =
                """
                import io.resilientstorage.ResilientStorage;
                import io.resilientstorage.api.*;
                import java.time.Duration;
                import java.util.Optional;

                public final class %s {
                    public static void run(Storage storage0) throws Exception {
                %s
                    }
                }
                """.formatted(name, code.contains("var storage =") ? code : "Storage storage = storage0;\n" + code);
        Path file = Files.writeString(folder.resolve(name + ".java"), source);
        compile(file);
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            loader.loadClass(name).getMethod("run", Storage.class).invoke(null, storage);
        }
    }

    private void compile(Path file) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            StringWriter messages = new StringWriter();
            List<String> options =
                    List.of("-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
            boolean compiled = compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(file))
                    .call();
            assertThat(compiled).as("%s%n%s", Files.readString(file), messages).isTrue();
        }
    }
}
