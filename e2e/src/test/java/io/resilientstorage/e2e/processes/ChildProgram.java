package io.resilientstorage.e2e.processes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A program in a JVM of its own, from its start to its end: it takes commands, a line each, and replies with a line. It
 * is ended with this JVM at the latest. Not for use by several threads.
 */
final class ChildProgram implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ENDED = "ended";

    private final String name;
    private final Path log;
    private final Process process;
    private final BufferedWriter commands;
    // There is at most one reply that nobody has asked for: "ready".
    private final BlockingQueue<String> replies = new ArrayBlockingQueue<>(16);
    private final Thread endWithThisProcess;

    private ChildProgram(Class<?> program, LoadSettings settings, Path folder) throws IOException {
        name = settings.process();
        log = folder.resolve(name + ".log");
        Path file = folder.resolve(name + ".properties");
        settings.write(file);
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.net.preferIPv4Stack=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        file.toString()))
                .redirectError(log.toFile())
                .start();
        endWithThisProcess = new Thread(process::destroyForcibly, "child-program-end");
        Runtime.getRuntime().addShutdownHook(endWithThisProcess);
        commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
        Thread reader = new Thread(this::readReplies, "replies-of-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts one, and does not wait until it is ready. Its files go into the folder. */
    static ChildProgram start(Class<?> program, LoadSettings settings, Path folder) {
        try {
            return new ChildProgram(program, settings, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readReplies() {
        try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                replies.put(line);
            }
            replies.put(ENDED);
        } catch (IOException | InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until it takes commands. */
    void awaitReady() {
        String reply = nextReply();
        if (!reply.equals("ready")) {
            throw new IllegalStateException(name + " said " + reply + " at its start");
        }
    }

    /** Its name. */
    String name() {
        return name;
    }

    /** Gives it a command, and waits for its reply: the words of a line. */
    List<String> ask(String... command) {
        try {
            commands.write(String.join(" ", command) + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new IllegalStateException(name + " takes no commands:\n" + logged(), e);
        }
        String reply = nextReply();
        if (reply.startsWith("failed: ") || reply.startsWith("not known: ")) {
            throw new IllegalStateException(name + ", asked to " + List.of(command) + ", " + reply);
        }
        return List.of(reply.split(" "));
    }

    /** Begins a command whose reply {@link #reply()} waits for. */
    void begin(String... command) throws IOException {
        commands.write(String.join(" ", command) + "\n");
        commands.flush();
    }

    /** The words of the next reply. */
    List<String> reply() {
        return List.of(nextReply().split(" "));
    }

    private String nextReply() {
        try {
            String reply = replies.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return Optional.ofNullable(reply)
                    .filter(line -> !line.equals(ENDED))
                    .orElseThrow(() -> new IllegalStateException(name + " does not reply:\n" + logged()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Ends it where it stands (SIGKILL), and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + process.pid() + " did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends it a signal, as {@code kill} does: {@code STOP} freezes it, {@code CONT} lets it go on. */
    void signal(String signal) {
        try {
            int code = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException(name + " does not take " + signal + ": " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What it has logged. */
    String logged() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(endWithThisProcess);
        } catch (IllegalStateException shuttingDown) {
            // What is being removed runs.
            return;
        }
    }
}
