package io.resilientstorage.server.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Reads bodies, within a bound for each and a bound for all that are in memory at once. Safe for use by several
 * threads.
 */
final class RequestBodies {

    /**
     * How much of a body that is too large is read and thrown away. Most callers read no answer before they have sent
     * their body; one that hears of the bound only as a broken connection learns nothing.
     */
    private static final int DISCARDED_BYTES = 8 << 20;

    /** A quarter of the heap may be bodies. */
    private static final int HEAP_SHARE = 4;

    private final String what;
    private final int maxBytes;
    private final ByteBudget budget;

    /**
     * @param what is in the body, for the error
     * @param maxBytes how many bytes it may have
     * @param budget for all that are in memory at once
     */
    RequestBodies(String what, int maxBytes, ByteBudget budget) {
        this.what = what;
        this.maxBytes = maxBytes;
        this.budget = budget;
    }

    /**
     * The budget of a server.
     *
     * @param maxBytes the largest body, for which there is always room
     */
    static ByteBudget budget(int maxBytes) {
        return new ByteBudget(Math.max(maxBytes, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
    }

    /**
     * Reads the body and hands it on. Its bytes count against the budget until what it was handed to has completed.
     * Must be called once asynchronous processing of the request has begun.
     *
     * @throws HttpFailure if the body is announced as far too large, or memory is short
     */
    <T> CompletableFuture<T> use(HttpServletRequest request, Function<byte[], CompletableFuture<T>> use) {
        long announced = request.getContentLengthLong();
        boolean waits = request.getHeader("Expect") != null;
        if (announced > (waits ? maxBytes : (long) maxBytes + DISCARDED_BYTES)) {
            return CompletableFuture.failedFuture(tooLarge());
        }
        long reserved = announced < 0 ? maxBytes : Math.min(announced, maxBytes);
        if (!budget.take(reserved)) {
            return CompletableFuture.failedFuture(new HttpFailure(
                    ErrorAnswers.error(503, "overloaded", "too many bodies are being received; try again later")));
        }
        return BodyReader.read(request, maxBytes, DISCARDED_BYTES, this::tooLarge)
                .thenCompose(use)
                .whenComplete((result, failure) -> budget.giveBack(reserved));
    }

    private HttpFailure tooLarge() {
        return new HttpFailure(ErrorAnswers.ofStatus(413, what + " has at most " + maxBytes + " bytes")
                .withHeader("Connection", "close"));
    }
}
