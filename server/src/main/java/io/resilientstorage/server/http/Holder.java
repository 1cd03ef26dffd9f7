package io.resilientstorage.server.http;

import io.resilientstorage.api.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Who has a lock or wants it: 1 to 512 bytes of UTF-8, any code point. */
final class Holder {

    static final String FIELD = "holder";

    private static final int MOST_BYTES = 512;

    private Holder() {}

    /**
     * Reads a query that is {@code holder=ID}.
     *
     * @param query the query as the caller sent it
     * @throws InvalidRequestException if it is not legal
     */
    static String ofQuery(@Nullable String query) {
        String form = "must be holder=ID, once";
        return checked(OneParameter.of(FIELD, form, query)
                .orElseThrow(() -> new InvalidRequestException(OneParameter.QUERY, form)));
    }

    /** The same id, if it is legal. */
    static String checked(String holder) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(holder)) {
            throw new InvalidRequestException(FIELD, "has a lone surrogate, which has no UTF-8 form");
        }
        int bytes = holder.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MOST_BYTES) {
            throw new InvalidRequestException(
                    FIELD, "has " + bytes + " bytes of UTF-8, and must have 1 to " + MOST_BYTES);
        }
        return holder;
    }
}
