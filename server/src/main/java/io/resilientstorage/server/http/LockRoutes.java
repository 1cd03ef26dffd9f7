package io.resilientstorage.server.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.resilientstorage.api.AsyncLocks;
import io.resilientstorage.api.HolderLock;
import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.api.LockRefusal;
import io.resilientstorage.api.Storage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Locks over HTTP, for holders with an id of their own. Nothing is kept of them here, so a holder may ask another
 * server the next time. No thread waits, as in {@link KeyValueRoutes}.
 */
final class LockRoutes {

    private static final String PREFIX = "/v1/locks/";

    private static final String PATH = PREFIX + "*";

    private final AsyncLocks locks;
    private final RequestBodies bodies;
    private final long maxTtlSeconds;

    /** @param maxTtl the longest time for which a lock is granted at once */
    LockRoutes(Storage storage, Duration maxTtl, ByteBudget budget) {
        locks = storage.locks().async();
        bodies = new RequestBodies("what is asked of a lock", LockBody.MOST_BYTES, budget);
        maxTtlSeconds = maxTtl.toSeconds();
    }

    void addTo(RoutesConfig routes) {
        routes.post(PATH, this::acquire).put(PATH, this::renew).delete(PATH, this::release);
    }

    private void acquire(Context context) {
        answer(context, "acquired", "held", (name, body) -> locks.acquireLock(name, body.holder(), body.ttl()));
    }

    private void renew(Context context) {
        answer(context, "renewed", "lost", (name, body) -> locks.renewLock(name, body.holder(), body.ttl()));
    }

    private void release(Context context) {
        String name = name(context);
        String holder = Holder.ofQuery(context.queryString());
        AnswerWriter.answer(
                context,
                () -> locks.releaseLock(name, holder)
                        .thenApply(released -> Answer.json(200, Map.of("released", released))));
    }

    private void answer(Context context, String done, String otherwise, Step step) {
        refuseForeignPages(context);
        String name = name(context);
        String query = context.queryString();
        if (query != null && !query.isEmpty()) {
            throw new InvalidRequestException("query", "must not be there: holder and ttlSeconds are in the body");
        }
        Function<byte[], CompletableFuture<HolderLock>> ask =
                bytes -> step.take(name, LockBody.of(bytes, maxTtlSeconds));
        AnswerWriter.answer(
                context, () -> bodies.use(context.req(), ask).thenApply(lock -> told(lock, done, otherwise)));
    }

    /**
     * Any page in a browser may POST a form or plain text to any address, this machine's own included, and take locks.
     * JSON it may send to its own server alone.
     */
    private static void refuseForeignPages(Context context) {
        String type = context.contentType();
        boolean isJson = type != null && type.split(";", 2)[0].strip().equalsIgnoreCase(Answer.JSON);
        if (context.header("Origin") != null && !isJson) {
            throw new HttpFailure(ErrorAnswers.ofStatus(415, "a page must send Content-Type: " + Answer.JSON));
        }
    }

    private static String name(Context context) {
        return PathKey.of(PREFIX, "name", context.path());
    }

    private static Answer told(HolderLock lock, String done, String otherwise) {
        if (lock.acquired()) {
            return granted(lock, done);
        }
        String message = lock.error().orElse("");
        Answer refused = lock.refusal()
                .map(reason -> unavailable(reason, message))
                .orElseGet(() -> ErrorAnswers.error(409, otherwise, message));
        return lock.time().isZero() ? refused : refused.withHeader("Retry-After", seconds(lock.time()));
    }

    private static Answer granted(HolderLock lock, String done) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put(done, true);
        // As text: most callers read numbers as doubles, and it passes 2^53.
        body.put("fencingToken", Long.toString(lock.fencingToken().orElseThrow()));
        body.put("scope", lock.scope().orElseThrow().name());
        body.put("backend", lock.backend().orElseThrow());
        return Answer.json(200, body);
    }

    private static Answer unavailable(LockRefusal reason, String message) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", "unavailable");
        body.put("reason", LowerCase.of(reason));
        body.put("message", message);
        return Answer.json(503, body).withHeader("Retry-After", "1");
    }

    /** Rounded up: who comes back earlier is refused again. */
    private static String seconds(Duration time) {
        return Long.toString(time.plusMillis(999).toSeconds());
    }

    /** What is asked of a lock. */
    private interface Step {
        CompletableFuture<HolderLock> take(String name, LockBody body);
    }
}
