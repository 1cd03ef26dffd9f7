package io.resilientstorage.testkit.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Small programs that are run to their end. Each is given half a minute. */
final class Tool {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Tool() {}

    /** Runs one to its end, which must be a good one. Its output goes to the file. */
    static void run(List<String> command, Path output) throws IOException {
        Process tool = start(command, ProcessBuilder.Redirect.to(output.toFile()));
        if (!ends(tool, command) || tool.exitValue() != 0) {
            tool.destroyForcibly();
            throw new IOException(command + " failed:\n" + Files.readString(output));
        }
    }

    /** Runs one to its end, good or not. */
    static void runAnyhow(List<String> command) throws IOException {
        Process tool = start(command, ProcessBuilder.Redirect.DISCARD);
        if (!ends(tool, command)) {
            tool.destroyForcibly();
            throw new IOException(command + " does not end");
        }
    }

    /** Runs one to its end, which must be a good one, and returns its output without white space around it. */
    static String output(List<String> command) throws IOException {
        Process tool = start(command, ProcessBuilder.Redirect.PIPE);
        String output = new String(tool.getInputStream().readAllBytes(), UTF_8).strip();
        if (!ends(tool, command) || tool.exitValue() != 0) {
            tool.destroyForcibly();
            throw new IOException(command + " failed: " + output);
        }
        return output;
    }

    private static Process start(List<String> command, ProcessBuilder.Redirect output) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
    }

    private static boolean ends(Process tool, List<String> command) throws IOException {
        try {
            return tool.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            tool.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + command, e);
        }
    }
}
