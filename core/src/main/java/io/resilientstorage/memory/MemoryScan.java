package io.resilientstorage.memory;

import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.ReferenceClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.Stream;

/**
 * The scan by prefix: in the order of the keys, so that a page begins where the one before ended. Each page looks at
 * all keys once; nothing is remembered between pages.
 */
final class MemoryScan {

    private final MemoryRecords records;
    private final ReferenceClock clock;

    MemoryScan(MemoryRecords records, ReferenceClock clock) {
        this.records = records;
        this.clock = clock;
    }

    RecordScan.Page scan(RecordScan.Request request) {
        Optional<RecordKey> after = request.cursor().map(MemoryScan::parse);
        PriorityQueue<RecordKey> first = new PriorityQueue<>(Comparator.reverseOrder());
        slots(request)
                .filter(slot -> slot.generation() == request.generation())
                .map(Slot::key)
                .filter(key -> matches(request, key))
                .filter(key -> after.isEmpty() || key.compareTo(after.get()) > 0)
                .forEach(key -> keepFirst(first, key, request.limit()));
        List<RecordKey> page = new ArrayList<>(first);
        page.sort(Comparator.naturalOrder());
        Optional<String> cursor =
                page.size() < request.limit() ? Optional.empty() : Optional.of(text(page.get(page.size() - 1)));
        return new RecordScan.Page(records(page, request), cursor);
    }

    private Stream<Slot> slots(RecordScan.Request request) {
        return request.ended()
                ? Stream.concat(records.slots(), records.endedSlots()).distinct()
                : records.slots();
    }

    private static boolean matches(RecordScan.Request request, RecordKey key) {
        return key.key().startsWith(request.prefix())
                && (request.namespace().isEmpty() || request.namespace().get().equals(key.namespace()));
    }

    private static void keepFirst(PriorityQueue<RecordKey> first, RecordKey key, int limit) {
        first.add(key);
        if (first.size() > limit) {
            first.remove();
        }
    }

    private List<VersionedRecord> records(List<RecordKey> keys, RecordScan.Request request) {
        long now = clock.millis();
        List<VersionedRecord> found = new ArrayList<>(keys.size());
        for (RecordKey key : keys) {
            Held held = records.find(new Slot(request.generation(), key));
            if (held != null) {
                request.wanted(held.recordAt(now), now).ifPresent(found::add);
            }
        }
        return found;
    }

    private static String text(RecordKey key) {
        return key.namespace() + "/" + key.key();
    }

    private static RecordKey parse(String cursor) {
        int slash = cursor.indexOf('/');
        return new RecordKey(cursor.substring(0, slash), cursor.substring(slash + 1));
    }
}
