package io.resilientstorage.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceRulesTest {

    @TempDir
    Path folder;

    @Test
    void noSourceFileIsTooLong() {
        assertThat(SourceTree.sources(SourceTree.ROOT)).hasSizeGreaterThan(100);
        assertThat(SourceRules.tooLong(SourceTree.ROOT)).isEmpty();
    }

    @Test
    void aSourceFileThatIsTooLongIsFound() throws IOException {
        write("src/main/java/a/Right.java", "\n".repeat(400));
        write("module/src/test/java/a/Long.java", "\n".repeat(401));
        write("module/src/main/resources/long.lua", "--\n".repeat(500));
        write("module/target/src/Generated.java", "\n".repeat(500));

        assertThat(SourceRules.tooLong(folder))
                .containsExactlyInAnyOrder(
                        "module/src/test/java/a/Long.java has 401 lines, and may have 400",
                        "module/src/main/resources/long.lua has 500 lines, and may have 400");
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(SourceRules.withoutNullMarked(SourceTree.ROOT)).isEmpty();
    }

    @Test
    void aPackageThatIsNotNullMarkedIsFound() throws IOException {
        write("m/src/main/java/module-info.java", "module m {}");
        write("m/src/main/java/right/Right.java", "package right;");
        write("m/src/main/java/right/package-info.java", "@NullMarked package right;");
        write("m/src/main/java/bare/Bare.java", "package bare;");
        write("m/src/main/java/plain/package-info.java", "package plain;");

        assertThat(SourceRules.withoutNullMarked(folder))
                .containsExactlyInAnyOrder(
                        "m/src/main/java/bare has no package-info.java with @NullMarked",
                        "m/src/main/java/plain has no package-info.java with @NullMarked");
    }

    @Test
    void theBenchmarksAreNotShipped() throws IOException {
        write("benchmarks/src/main/java/a/Measured.java", "package a;");
        write("core/src/main/java/benchmarks/Shipped.java", "package benchmarks;");

        assertThat(SourceTree.mainJava(folder)).hasSize(2);
        assertThat(SourceTree.shippedJava(folder))
                .containsExactly(folder.resolve("core/src/main/java/benchmarks/Shipped.java"));
    }

    private void write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
