package io.resilientstorage.redis;

import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads all records by {@code SCAN}: one step of it for each page, and then what stands under the keys it found. */
final class RedisScan implements RecordScan {

    private static final String BEGINNING = "0";
    private static final int SMALLEST_STEP = 100;
    private static final int LARGEST_STEP = 1_000;

    private final LinkKeeper links;
    private final Duration timeout;

    RedisScan(LinkKeeper links, Duration timeout) {
        this.links = links;
        this.timeout = timeout;
    }

    @Override
    public CompletionStage<Page> scan(Request request) {
        return links.withLink(link -> {
            int step = Math.max(SMALLEST_STEP, Math.min(LARGEST_STEP, request.limit()));
            Call call = Call.ofScan(
                    request.cursor().orElse(BEGINNING),
                    PhysicalKey.pattern(request.namespace(), request.prefix(), request.generation()),
                    step);
            return link.send(List.of(call), timeout).thenCompose(replies -> page(link, request, replies.get(0)));
        });
    }

    private CompletionStage<Page> page(Link link, Request request, Reply reply) {
        if (reply instanceof ServerError error) {
            throw error.sorted();
        }
        Reply.Answer answer = (Reply.Answer) reply;
        Optional<String> cursor = Optional.of(answer.text(0)).filter(next -> !next.equals(BEGINNING));
        List<RecordKey> keys = keys(request, answer.array(1));
        if (keys.isEmpty()) {
            return CompletableFuture.completedFuture(new Page(List.of(), cursor));
        }
        return RecordReader.read(link, keys, request.generation(), timeout).thenApply(answers -> {
            List<VersionedRecord> live = new ArrayList<>();
            for (ReadAnswer read : answers) {
                if (read instanceof ReadAnswer.Hit hit) {
                    live.add(hit.record());
                }
            }
            return new Page(live, cursor);
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
