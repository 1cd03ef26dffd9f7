package io.resilientstorage.testkit.contract;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelReply;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.record.VersionedRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Backends with one mistake each that shows only where two threads come between each other. They see to it that two do,
 * whatever else the machine has to do.
 */
final class RacingBackends {

    private RacingBackends() {}

    /**
     * Reads, decides, and writes back, as three steps. Two that come from other threads than the test's always come
     * between each other's steps, and the older of their records is written last.
     *
     * <p>Once a thread was told a version that is not newer than its last, the mistake is there to be seen, and none
     * waits for another any more: that thread may not come again.
     */
    static class DecidesOutsideTheLock extends MapBackend {
        private record Asked(Thread thread, ApplyRequest request, CompletableFuture<ApplyReply> reply) {}

        private record Decided(int generation, VersionedRecord record, boolean readable) {}

        private final Thread test = Thread.currentThread();
        private final Map<Thread, Version> last = new HashMap<>();
        private @Nullable Asked waiting;
        private boolean seen;
        private @Nullable List<Decided> decided;

        @Override
        public CompletionStage<ApplyReply> apply(ApplyRequest request) {
            if (Thread.currentThread() == test) {
                return super.apply(request);
            }
            Asked mine = new Asked(Thread.currentThread(), request, new CompletableFuture<>());
            synchronized (this) {
                if (seen) {
                    return super.apply(request);
                }
                Asked earlier = waiting;
                waiting = earlier == null ? mine : null;
                if (earlier != null) {
                    both(earlier, mine);
                }
            }
            return mine.reply();
        }

        private void both(Asked first, Asked second) {
            List<Decided> records = new ArrayList<>();
            decided = records;
            ApplyReply toFirst = applyAll(first.request());
            ApplyReply toSecond = applyAll(second.request());
            decided = null;
            records.sort(Comparator.comparing((Decided each) -> each.record().version())
                    .reversed());
            records.forEach(each -> put(each.generation(), each.record(), each.readable()));
            answer(first, toFirst);
            answer(second, toSecond);
        }

        private void answer(Asked asked, ApplyReply reply) {
            Version version = reply.results().get(0).version();
            Version before = last.put(asked.thread(), version);
            seen |= before != null && !version.isNewerThan(before);
            asked.reply().complete(reply);
        }

        @Override
        void put(int generation, VersionedRecord record, boolean readable) {
            if (decided == null) {
                super.put(generation, record, readable);
            } else {
                decided.add(new Decided(generation, record, readable));
            }
        }
    }

    /**
     * Knows the sentinel by its id alone. The first two that read it from other threads than the test's are answered at
     * the same time, so both move it from the same place.
     */
    static class ComparesSentinelsById extends ReadsSentinelsTogether {
        @Override
        boolean isExpected(Optional<Sentinel> standing, Optional<Sentinel> expected) {
            return standing.map(Sentinel::id).equals(expected.map(Sentinel::id));
        }
    }

    /** No mistake, but what makes one seen. */
    static class ReadsSentinelsTogether extends MapBackend {
        private final Thread test = Thread.currentThread();
        private final CompletableFuture<Void> secondHasCome = new CompletableFuture<>();
        private final AtomicInteger readers = new AtomicInteger();

        @Override
        public Optional<SentinelStore> sentinels() {
            return super.sentinels().map(Together::new);
        }

        private final class Together implements SentinelStore {
            private final SentinelStore real;

            Together(SentinelStore real) {
                this.real = real;
            }

            @Override
            public CompletionStage<SentinelReply> read() {
                if (Thread.currentThread() == test) {
                    return real.read();
                }
                CompletionStage<SentinelReply> reply = real.read();
                int number = readers.incrementAndGet();
                if (number == 2) {
                    secondHasCome.complete(null);
                }
                return number == 1 ? secondHasCome.thenCombine(reply, (met, seen) -> seen) : reply;
            }

            @Override
            public CompletionStage<Boolean> compareAndSet(
                    Incarnation life, Optional<Sentinel> expected, Sentinel next) {
                return real.compareAndSet(life, expected, next);
            }
        }
    }
}
