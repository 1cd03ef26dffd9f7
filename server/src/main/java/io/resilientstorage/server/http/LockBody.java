package io.resilientstorage.server.http;

import io.resilientstorage.api.InvalidRequestException;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * What is asked of a lock: {@code {"holder":"..","ttlSeconds":30}}. Read strictly, for a caller whose mistake is passed
 * over believes that it holds what it does not.
 *
 * @param holder who wants it
 * @param ttl for how long
 */
record LockBody(String holder, Duration ttl) {

    /** A holder of 512 bytes may take six times as many in JSON. */
    static final int MOST_BYTES = 8 << 10;

    private static final String BODY = "body";

    private static final String TTL = "ttlSeconds";

    private static final String FORM = "must be a JSON object like {\"holder\":\"..\",\"ttlSeconds\":30}";

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * Reads a body.
     *
     * @param maxTtlSeconds the longest time
     * @throws InvalidRequestException if the body or the holder is not legal
     * @throws HttpFailure if the time is not
     */
    static LockBody of(byte[] body, long maxTtlSeconds) {
        Optional<String> holder = Optional.empty();
        Optional<Duration> ttl = Optional.empty();
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), body)) {
            expect(json.nextToken() == JsonToken.START_OBJECT, FORM);
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = json.currentName();
                json.nextToken();
                if (field.equals(Holder.FIELD)) {
                    holder = Optional.of(holder(json));
                } else if (field.equals(TTL)) {
                    ttl = Optional.of(ttl(json, maxTtlSeconds));
                } else {
                    throw new InvalidRequestException(BODY, "has a field that is not known; it " + FORM);
                }
            }
            expect(json.nextToken() == null, "has something after its end; it " + FORM);
        } catch (JacksonException e) {
            throw new InvalidRequestException(BODY, FORM, e);
        }
        return new LockBody(
                holder.orElseThrow(() -> new InvalidRequestException(Holder.FIELD, "must be in the body")),
                ttl.orElseThrow(() -> badTtl(maxTtlSeconds)));
    }

    private static String holder(JsonParser json) {
        if (!json.hasToken(JsonToken.VALUE_STRING)) {
            throw new InvalidRequestException(Holder.FIELD, "must be text");
        }
        return Holder.checked(json.getString());
    }

    private static Duration ttl(JsonParser json, long maxSeconds) {
        // The text is looked at first, as a number may have thousands of digits.
        if (!json.hasToken(JsonToken.VALUE_NUMBER_INT) || json.getString().length() > 10) {
            throw badTtl(maxSeconds);
        }
        long seconds = json.getLongValue();
        if (seconds < 1 || seconds > maxSeconds) {
            throw badTtl(maxSeconds);
        }
        return Duration.ofSeconds(seconds);
    }

    private static HttpFailure badTtl(long maxSeconds) {
        return new HttpFailure(ErrorAnswers.error(
                400, "bad_ttl", TTL + " must be whole seconds from 1 to " + maxSeconds + " (locks.maxTtl)"));
    }

    private static void expect(boolean right, String problem) {
        if (!right) {
            throw new InvalidRequestException(BODY, problem);
        }
    }
}
