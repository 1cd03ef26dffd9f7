package io.resilientstorage.lock;

import io.resilientstorage.api.InvalidRequestException;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

/** What the arguments of a call must be like. Each check throws {@link InvalidRequestException}. */
record LockRules(Duration maxTtl) {

    /** A network alone may take as long as anything shorter. */
    static final Duration LEAST_TTL = Duration.ofMillis(100);

    static final Duration LEAST_ELECTION_TTL = Duration.ofSeconds(1);

    static final Duration MOST_WAIT = Duration.ofHours(24);

    private static final int MOST_BYTES = 512;

    static String text(String field, String text) {
        notNull(field, text);
        int bytes;
        try {
            bytes = StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(text))
                    .remaining();
        } catch (CharacterCodingException e) {
            throw new InvalidRequestException(field, "has a lone surrogate, which has no UTF-8 form", e);
        }
        if (bytes == 0 || bytes > MOST_BYTES) {
            throw new InvalidRequestException(
                    field, "has " + bytes + " bytes of UTF-8, and must have 1 to " + MOST_BYTES);
        }
        return text;
    }

    long ttlMillis(Duration ttl, Duration least) {
        return between("ttl", ttl, least, maxTtl).toMillis();
    }

    static Duration between(String field, Duration value, Duration least, Duration most) {
        notNull(field, value);
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new InvalidRequestException(field, "is " + value + ", and must be " + least + " to " + most);
        }
        return value;
    }

    static void notNull(String field, Object value) {
        if (Objects.isNull(value)) {
            throw new InvalidRequestException(field, "must not be null");
        }
    }
}
