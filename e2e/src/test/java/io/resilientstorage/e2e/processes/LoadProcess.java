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
 * A {@link LoadProgram} in a JVM of its own, from its start to its end. It is ended with this JVM at the latest. Not
 * for use by several threads.
 */
final class LoadProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ENDED = "ended";

    private final LoadSettings settings;
    private final Path log;
    private final Process process;
    private final BufferedWriter commands;
    // There is at most one reply that nobody has asked for: "ready".
    private final BlockingQueue<String> replies = new ArrayBlockingQueue<>(16);
    private final Thread endWithThisProcess;
    private boolean killed;

    private LoadProcess(LoadSettings settings, Path folder) throws IOException {
        this.settings = settings;
        log = folder.resolve(settings.process() + ".log");
        Path file = folder.resolve(settings.process() + ".properties");
        settings.write(file);
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.net.preferIPv4Stack=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LoadProgram.class.getName(),
                        file.toString()))
                .redirectError(log.toFile())
                .start();
        endWithThisProcess = new Thread(process::destroyForcibly, "load-process-end");
        Runtime.getRuntime().addShutdownHook(endWithThisProcess);
        commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
        Thread reader = new Thread(this::readReplies, "replies-of-" + settings.process());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts one, and does not wait until it is ready. Its files go into the folder. */
    static LoadProcess start(LoadSettings settings, Path folder) {
        try {
            return new LoadProcess(settings, folder);
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

    /** Waits until its storage stands and its load has begun. */
    LoadProcess awaitReady() {
        String reply = nextReply();
        if (!reply.equals("ready")) {
            throw new IllegalStateException(name() + " said " + reply + " at its start");
        }
        return this;
    }

    /** Its name. */
    String name() {
        return settings.process();
    }

    /** Gives it a command, and waits for its reply: the words of a line. */
    List<String> ask(String... command) {
        try {
            commands.write(String.join(" ", command) + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new IllegalStateException(name() + " takes no commands:\n" + logged(), e);
        }
        String reply = nextReply();
        if (reply.startsWith("failed: ") || reply.startsWith("not known: ")) {
            throw new IllegalStateException(name() + ", asked to " + List.of(command) + ", " + reply);
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
                    .orElseThrow(() -> new IllegalStateException(name() + " does not reply:\n" + logged()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** How many calls of its load have ended. */
    long calls() {
        return Long.parseLong(ask("report").get(1));
    }

    /** What it says of its calls and its backends. */
    String report() {
        return name() + " " + String.join(" ", ask("report"));
    }

    /** The events of its journal so far. */
    List<JournalEvent> events() {
        try {
            return Journal.events(settings.journal());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds what it did to a history. */
    void addTo(CallHistory history) {
        history.add(name(), killed, events());
    }

    /** Ends it where it stands (SIGKILL), and waits until it is gone. */
    void kill() {
        killed = true;
        end();
    }

    /** What it has logged. */
    String logged() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void end() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + process.pid() + " did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(endWithThisProcess);
        } catch (IllegalStateException shuttingDown) {
            // What is being removed runs.
            return;
        }
    }
}
