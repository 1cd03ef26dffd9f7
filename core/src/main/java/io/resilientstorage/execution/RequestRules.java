package io.resilientstorage.execution;

import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What the arguments of a call must be like. Each check throws {@link InvalidRequestException}, before any backend is
 * touched.
 */
public final class RequestRules {

    /** The longest key, in bytes of UTF-8. */
    public static final int MAX_KEY_BYTES = 512;

    /** The longest time to live: 100 years of 365 days. */
    public static final Duration MAX_TTL = Duration.ofDays(36_500);

    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9._-]{1,64}");

    private final long maxValueBytes;
    private final long maxBatchSize;

    /** The rules with the bounds from the settings. */
    public RequestRules(StorageSettings settings) {
        maxValueBytes = settings.get(Settings.MAX_VALUE_BYTES);
        maxBatchSize = settings.get(Settings.MAX_BATCH_SIZE);
    }

    /** Returns a legal namespace. Those that begin with an underscore are the library's own. */
    public static String namespace(String name) {
        notNull("namespace", name);
        if (!NAMESPACE.matcher(name).matches()) {
            throw new InvalidRequestException("namespace", "must be 1 to 64 of the characters a-z 0-9 . _ -");
        }
        if (name.charAt(0) == '_') {
            throw new InvalidRequestException(
                    "namespace", "must not begin with an underscore: those are the library's own");
        }
        return name;
    }

    /** Returns a legal key. */
    public String key(String key) {
        notNull("key", key);
        int bytes = utf8Bytes("key", key);
        if (bytes == 0 || bytes > MAX_KEY_BYTES) {
            throw new InvalidRequestException(
                    "key", "has " + bytes + " bytes of UTF-8, and must have 1 to " + MAX_KEY_BYTES);
        }
        return key;
    }

    /** Most keys are, and this loop is the quicker one. */
    private static boolean isAscii(String text) {
        int all = 0;
        for (int i = 0; i < text.length(); i++) {
            all |= text.charAt(i);
        }
        return all < 0x80;
    }

    /** How many bytes of UTF-8 a text has that has such a form. */
    static int utf8Bytes(String field, String text) {
        if (isAscii(text)) {
            return text.length();
        }
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                throw new InvalidRequestException(field, "has a lone surrogate, which has no UTF-8 form");
            }
        }
        return bytes;
    }

    /** Returns the keys of a legal batch, each once. */
    public List<String> keys(Collection<String> keys) {
        notNull("keys", keys);
        batchSize(keys.size());
        LinkedHashSet<String> distinct = new LinkedHashSet<>();
        keys.forEach(key -> distinct.add(key(key)));
        return List.copyOf(distinct);
    }

    /** Refuses a batch that is too large. */
    public void batchSize(int size) {
        if (size > maxBatchSize) {
            throw new InvalidRequestException(
                    "batch", "has " + size + " keys, and must have at most " + maxBatchSize + " (maxBatchSize)");
        }
    }

    /** Returns a legal time to live. */
    public static Duration ttl(Duration ttl) {
        notNull("ttl", ttl);
        if (ttl.compareTo(Duration.ofMillis(1)) < 0 || ttl.compareTo(MAX_TTL) > 0) {
            throw new InvalidRequestException("ttl", "is " + ttl + ", and must be 1 ms to 100 years (36500 days)");
        }
        return ttl;
    }

    /** Refuses a value of too many bytes. */
    public void valueLength(int bytes) {
        if (bytes > maxValueBytes) {
            throw new InvalidRequestException(
                    "value", "has " + bytes + " bytes, and must have at most " + maxValueBytes + " (maxValueBytes)");
        }
    }

    /** Refuses null. */
    public static void notNull(String field, Object value) {
        if (Objects.isNull(value)) {
            throw new InvalidRequestException(field, "must not be null");
        }
    }
}
