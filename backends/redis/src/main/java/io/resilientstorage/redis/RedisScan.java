package io.resilientstorage.redis;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Reads all records by {@code SCAN}: one step of it at one server for each page, and then what stands under the keys it
 * found.
 *
 * <p>A cursor of a server means nothing to another, nor to the same one after a restart, and a key that moves from a
 * server that is still to be read to one that was read is missed. So a scan fails when that happens, and has to be
 * begun again: what it promises to find, it would not find for certain.
 */
final class RedisScan implements RecordScan {

    private static final String BEGINNING = "0";
    private static final int SMALLEST_STEP = 100;
    private static final int LARGEST_STEP = 1_000;

    /**
     * Where a scan stands.
     *
     * @param layout the layout under which it began
     * @param part which server it reads
     * @param at that server's cursor
     */
    private record Position(String layout, int part, String at) {

        static Position of(String cursor, Wire wire) {
            String[] fields = cursor.split("/", 3);
            if (fields.length != 3 || !fields[0].equals(wire.layout())) {
                throw BackendException.refused(
                        "the servers, or what they hold, changed during the scan, and it has to be begun again");
            }
            return new Position(fields[0], Integer.parseInt(fields[1]), fields[2]);
        }

        /** Where the next page begins, empty if there is none. */
        Optional<String> next(String cursor, int parts) {
            if (!cursor.equals(BEGINNING)) {
                return Optional.of(layout + "/" + part + "/" + cursor);
            }
            return part + 1 < parts ? Optional.of(layout + "/" + (part + 1) + "/" + BEGINNING) : Optional.empty();
        }
    }

    private final Servers servers;
    private final RecordReader reader;
    private final Duration timeout;

    RedisScan(Servers servers, RecordReader reader, Duration timeout) {
        this.reader = reader;
        this.servers = servers;
        this.timeout = timeout;
    }

    @Override
    public CompletionStage<Page> scan(Request request) {
        return servers.withWire(wire -> {
            Position position = request.cursor()
                    .map(cursor -> Position.of(cursor, wire))
                    .orElseGet(() -> new Position(wire.layout(), 0, BEGINNING));
            int step = Math.max(SMALLEST_STEP, Math.min(LARGEST_STEP, request.limit()));
            Call call = Call.ofScan(
                    position.at(),
                    PhysicalKey.pattern(request.namespace(), request.prefix(), request.generation()),
                    step);
            return wire.sendTo(position.part(), call, timeout)
                    .thenCompose(reply -> page(wire, request, position, reply));
        });
    }

    private CompletionStage<Page> page(Wire wire, Request request, Position position, Reply reply) {
        Reply.Answer answer = reply.orThrow();
        Optional<String> cursor = position.next(answer.text(0), wire.parts());
        List<RecordKey> keys = keys(request, answer.array(1));
        if (keys.isEmpty()) {
            return CompletableFuture.completedFuture(new Page(List.of(), cursor));
        }
        return reader.readHits(wire, keys, request.generation(), timeout).thenApply(answers -> {
            List<VersionedRecord> found = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                request.wanted(keys.get(i), answers.get(i)).ifPresent(found::add);
            }
            return new Page(found, cursor);
        });
    }

    private static List<RecordKey> keys(Request request, Reply.Answer found) {
        List<RecordKey> keys = new ArrayList<>();
        for (int i = 0; i < found.items().size(); i++) {
            found.bytes(i)
                    .flatMap(place -> PhysicalKey.recordAt(place, request.generation()))
                    .filter(key ->
                            request.namespace().map(key.namespace()::equals).orElse(true))
                    .filter(key -> key.key().startsWith(request.prefix()))
                    .ifPresent(keys::add);
        }
        return keys;
    }
}
