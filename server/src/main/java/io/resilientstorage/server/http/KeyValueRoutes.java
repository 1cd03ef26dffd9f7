package io.resilientstorage.server.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.resilientstorage.api.AsyncKeyValueStore;
import io.resilientstorage.api.Codec;
import io.resilientstorage.api.Found;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Storage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Keys and values over HTTP. No thread waits: neither for a body, nor for the storage, nor for a slow reader. */
final class KeyValueRoutes {

    private static final String PREFIX = "/v1/kv/";

    private static final String PATH = PREFIX + "*";

    private final AsyncKeyValueStore<byte[]> store;
    private final RequestBodies bodies;

    KeyValueRoutes(Storage storage, int maxValueBytes, ByteBudget budget) {
        store = storage.namespace(Storage.DEFAULT_NAMESPACE, Codec.bytes()).async();
        bodies = new RequestBodies("a value", maxValueBytes, budget);
    }

    void addTo(RoutesConfig routes) {
        Handler get = this::get;
        routes.put(PATH, this::put).get(PATH, get).head(PATH, get).delete(PATH, this::delete);
    }

    private void put(Context context) {
        String key = PathKey.of(PREFIX, "key", context.path());
        Optional<Duration> ttl = TimeToLive.of(context.queryString());
        AnswerWriter.answer(
                context,
                () -> bodies.use(
                                context.req(),
                                body -> ttl.map(life -> store.set(key, body, life))
                                        .orElseGet(() -> store.set(key, body)))
                        .thenApply(KeyValueRoutes::receipt));
    }

    private void get(Context context) {
        String key = PathKey.of(PREFIX, "key", context.path());
        AnswerWriter.answer(context, () -> store.read(key).thenApply(KeyValueRoutes::found));
    }

    private void delete(Context context) {
        String key = PathKey.of(PREFIX, "key", context.path());
        AnswerWriter.answer(
                context,
                () -> store.delete(key).thenApply(result -> Answer.json(200, Map.of("deleted", result.deleted()))));
    }

    private static Answer receipt(Receipt receipt) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("version", receipt.version().text());
        body.put("backend", receipt.backend());
        body.put("durability", LowerCase.of(receipt.durability()));
        body.put("pending", new TreeSet<>(receipt.pending()));
        body.put("superseded", receipt.superseded());
        return Answer.json(200, body);
    }

    private static Answer found(ReadResult<byte[]> result) {
        Answer answer = result instanceof Found<byte[]> found
                ? new Answer(200, Map.of("X-Storage-Version", found.version().text()), Answer.BYTES, found.found())
                : Answer.json(404, Map.of("result", LowerCase.of(result.kind())));
        return answer.withHeader("X-Storage-Backend", result.backend())
                .withHeader("X-Storage-Stale", Boolean.toString(result.stale()));
    }
}
