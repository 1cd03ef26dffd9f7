package io.resilientstorage.e2e.processes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.resilientstorage.api.Found;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Version;
import io.resilientstorage.e2e.processes.JournalEvent.Acknowledged;
import io.resilientstorage.e2e.processes.JournalEvent.Answered;
import io.resilientstorage.e2e.processes.JournalEvent.Begun;
import io.resilientstorage.e2e.processes.JournalEvent.Failed;
import io.resilientstorage.e2e.processes.JournalEvent.Operation;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * What one process asked of its storage, and what it was told: a file with one line for each event. A line is with the
 * operating system when the method that writes it returns, so the end of the process by SIGKILL takes none of them
 * away. Safe for use by several threads.
 */
final class Journal implements AutoCloseable {

    private final OutputStream file;
    private final AtomicLong calls = new AtomicLong();

    private Journal(OutputStream file) {
        this.file = file;
    }

    /** Begins a journal, in a file that is made. */
    static Journal create(Path path) throws IOException {
        // Without a buffer of this process.
        return new Journal(new FileOutputStream(path.toFile()));
    }

    /** A number for a call, unique in this journal. */
    long nextCall() {
        return calls.incrementAndGet();
    }

    /** Makes a call that writes, between its two lines. */
    Receipt write(long call, Operation operation, String key, String value, Supplier<Receipt> write) {
        return write(call, operation, key, value, Duration.ZERO, write);
    }

    /** Makes a call that writes a value with a life, between its two lines. */
    Receipt write(long call, Operation operation, String key, String value, Duration life, Supplier<Receipt> write) {
        append(new Begun(call, System.nanoTime(), operation, key, value, life));
        Receipt receipt = failing(call, write);
        append(new Acknowledged(call, System.nanoTime(), receipt));
        return receipt;
    }

    /** Makes a call that reads, between its two lines. */
    ReadResult<String> read(long call, String key, Supplier<ReadResult<String>> read) {
        append(new Begun(call, System.nanoTime(), Operation.READ, key, "", Duration.ZERO));
        ReadResult<String> result = failing(call, read);
        append(new Answered(
                call,
                System.nanoTime(),
                result.kind(),
                result.stale(),
                result.backend(),
                result instanceof Found<String> found ? found.version() : Version.NONE,
                result.value().orElse("")));
        return result;
    }

    private <T> T failing(long call, Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            append(new Failed(call, System.nanoTime(), e.toString()));
            throw e;
        }
    }

    private synchronized void append(JournalEvent event) {
        try {
            file.write((event.line() + "\n").getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The events of a journal, in their order. The end of a process may have cut the last line: it does not count. */
    static List<JournalEvent> events(Path path) throws IOException {
        String text = Files.readString(path);
        List<JournalEvent> events = new ArrayList<>();
        text.substring(0, text.lastIndexOf('\n') + 1).lines().forEach(line -> events.add(JournalEvent.parse(line)));
        return events;
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
