package io.resilientstorage.e2e.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A {@link LoadProgram} in a JVM of its own, from its start to its end. It is ended with this JVM at the latest. Not
 * for use by several threads.
 */
final class LoadProcess implements AutoCloseable {

    private final LoadSettings settings;
    private final ChildProgram program;
    private boolean killed;

    private LoadProcess(LoadSettings settings, Path folder) {
        this.settings = settings;
        program = ChildProgram.start(LoadProgram.class, settings, folder);
    }

    /** Starts one, and does not wait until it is ready. Its files go into the folder. */
    static LoadProcess start(LoadSettings settings, Path folder) {
        return new LoadProcess(settings, folder);
    }

    /** Waits until its storage stands and its load has begun. */
    LoadProcess awaitReady() {
        program.awaitReady();
        return this;
    }

    /** Its name. */
    String name() {
        return program.name();
    }

    /** Gives it a command, and waits for its reply: the words of a line. */
    List<String> ask(String... command) {
        return program.ask(command);
    }

    /** Begins a command whose reply {@link #reply()} waits for. */
    void begin(String... command) throws IOException {
        program.begin(command);
    }

    /** The words of the next reply. */
    List<String> reply() {
        return program.reply();
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
        program.kill();
    }

    /** What it has logged. */
    String logged() {
        return program.logged();
    }

    @Override
    public void close() {
        program.close();
    }
}
