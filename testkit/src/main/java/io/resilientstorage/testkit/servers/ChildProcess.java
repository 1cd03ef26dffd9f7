package io.resilientstorage.testkit.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The process of a server that writes to a log, from its start to its end. */
final class ChildProcess {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String name;
    private final Path log;
    private final Process process;

    private ChildProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts it and waits for nothing.
     *
     * @param name what failures call it
     * @param log where its output is appended
     */
    static ChildProcess start(String name, List<String> command, Path log) throws IOException {
        return new ChildProcess(
                name,
                log,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start());
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Throws with what is in the log if it has ended. */
    void requireAlive() {
        if (!isAlive()) {
            throw new IllegalStateException(name + " ended at its start:\n" + content(log));
        }
    }

    /** What is in a log; nothing if there is none yet. */
    static String content(Path log) {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to end (SIGTERM), and does not wait. */
    void terminate() {
        process.destroy();
    }

    /** Ends it alone with SIGKILL, and does not wait. */
    void kill() {
        process.destroyForcibly();
    }

    /** Ends it and its children with SIGKILL, and waits until they are gone. */
    void killFamily() {
        try {
            family().kill();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitEnd(PATIENCE);
    }

    /** Stops it and its children where they stand (SIGSTOP). */
    void pauseFamily() {
        try {
            family().pause();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets it and its children go on. */
    void resumeFamily() {
        try {
            family().resume();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has ended by itself or by a signal. */
    void awaitEnd(Duration patience) {
        try {
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " " + pid() + " did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " " + pid() + " was ending", e);
        }
    }

    private ProcessFamily family() {
        return new ProcessFamily(process.toHandle());
    }
}
