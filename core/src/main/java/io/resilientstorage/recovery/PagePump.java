package io.resilientstorage.recovery;

import io.resilientstorage.record.VersionedRecord;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Brings records from one place to another page by page: the next page is read while those before it are applied, as
 * many at the same time as the {@link Pace} allows. In what order they are applied does not matter, for only what is
 * newer is. Used once; safe for use by the threads that end its steps.
 */
final class PagePump {

    /**
     * Some records, and how to go on.
     *
     * @param records the records, perhaps none
     * @param position where the page ends, for who asked for the pages
     * @param last whether it is the last page
     */
    record Page(List<VersionedRecord> records, long position, boolean last) {}

    /** Reads the next page. Asked again only when the page before was answered. */
    interface Source {

        /**
         * The next page.
         *
         * @param limit about how many records it should have
         */
        CompletionStage<Page> next(int limit);
    }

    /** Applies some records. */
    interface Sink {
        CompletionStage<Void> apply(List<VersionedRecord> records);
    }

    private final Source source;
    private final Sink sink;
    private final Pace pace;
    private final CompletableFuture<Long> end = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<List<VersionedRecord>> waiting = new ArrayDeque<>();
    private boolean reading;
    private boolean readAll;
    private boolean turning;
    private boolean again;
    private int applying;
    private long position;

    PagePump(Source source, Sink sink, Pace pace) {
        this.source = source;
        this.sink = sink;
        this.pace = pace;
    }

    /**
     * Begins; the future ends with the last page's position when all records were applied, or with the first failure.
     */
    CompletableFuture<Long> run() {
        turn();
        return end;
    }

    /** Begins whatever may be begun. Steps that end at once come back here, and are taken up by the turn under way. */
    private void turn() {
        lock.lock();
        try {
            again = true;
            if (turning) {
                return;
            }
            turning = true;
        } finally {
            lock.unlock();
        }
        while (true) {
            Runnable step = nextStep();
            if (step == null) {
                return;
            }
            step.run();
        }
    }

    private @Nullable Runnable nextStep() {
        lock.lock();
        try {
            if (!end.isDone()) {
                if (!reading && !readAll && waiting.size() <= pace.window()) {
                    reading = true;
                    return this::read;
                }
                if (!waiting.isEmpty() && applying < pace.window()) {
                    applying++;
                    List<VersionedRecord> records = waiting.removeFirst();
                    return () -> begin(records);
                }
                if (readAll && waiting.isEmpty() && applying == 0) {
                    long last = position;
                    return () -> finish(last);
                }
            }
            if (again) {
                again = false;
                return () -> {};
            }
            turning = false;
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void read() {
        var unused = source.next(pace.page()).whenComplete((page, failure) -> {
            if (failure != null) {
                end.completeExceptionally(failure);
                return;
            }
            lock.lock();
            try {
                reading = false;
                readAll = page.last();
                position = page.position();
                int chunk = pace.chunk();
                for (int from = 0; from < page.records().size(); from += chunk) {
                    waiting.add(
                            page.records().subList(from, Math.min(page.records().size(), from + chunk)));
                }
            } finally {
                lock.unlock();
            }
            turn();
        });
    }

    private void finish(long last) {
        end.complete(last);
    }

    private void begin(List<VersionedRecord> records) {
        var unused = pace.pause().thenCompose(any -> sink.apply(records)).whenComplete((any, failure) -> {
            if (failure != null) {
                end.completeExceptionally(failure);
                return;
            }
            pace.applied(records.size());
            lock.lock();
            try {
                applying--;
            } finally {
                lock.unlock();
            }
            turn();
        });
    }
}
