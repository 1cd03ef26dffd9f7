package io.resilientstorage.benchmarks.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.resilientstorage.api.Storage;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.benchmarks.load.Subject;
import io.resilientstorage.record.HybridClock;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.redis.RedisBackendFactory;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;

/**
 * The script by which the Redis backend stores a record, run by plain Lettuce as the backend runs it: tells what of a
 * set's cost is the script's. It must be told what {@code apply.lua} says that it is told.
 */
final class ApplyScript implements AutoCloseable {

    private static final byte[] LIMITS =
            (Duration.ofDays(1).toMillis() + " " + ApplyRequest.NO_LIMIT).getBytes(US_ASCII);
    private static final Duration LINGER = Duration.ofSeconds(60);
    private static final byte APPLIED = 'A';

    private final PlainLettuce lettuce;
    private final Time time = Time.system();
    private final ReferenceClock clock = new ReferenceClock(time.clock());
    private final HybridClock versions = new HybridClock(clock, time.randomness());
    private final String digest;

    ApplyScript(PlainLettuce lettuce) throws IOException {
        this.lettuce = lettuce;
        try (InputStream script = RedisBackendFactory.class.getResourceAsStream("apply.lua")) {
            if (script == null) {
                throw new IllegalStateException("apply.lua is not in the jar of the Redis backend");
            }
            digest = lettuce.load(script.readAllBytes());
        }
    }

    Subject set(Entries entries) {
        return key -> store(entries, key);
    }

    private void store(Entries entries, int key) {
        String name = Storage.DEFAULT_NAMESPACE + ":" + entries.key(key);
        long now = clock.millis();
        Object answer = lettuce.run(
                digest,
                ("script:" + name).getBytes(UTF_8),
                LIMITS,
                Long.toString(now + Entries.LIFE.toMillis()).getBytes(US_ASCII),
                record(now + Entries.LIFE.toMillis(), entries.valueBytes(key)),
                Long.toString(now + Entries.LIFE.plus(LINGER).toMillis()).getBytes(US_ASCII));
        // A text where another thread's later version came first.
        boolean stored = answer instanceof Long || (answer instanceof byte[] text && text[0] == APPLIED);
        if (!stored) {
            throw new IllegalStateException("the script did not store the record");
        }
    }

    private byte[] record(long expiresAt, byte[] value) {
        if (expiresAt == VersionedRecord.NEVER) {
            throw new IllegalArgumentException("it must end");
        }
        String header = "\0rs1V" + versions.next().text() + String.format(Locale.ROOT, "%019d", expiresAt);
        return ByteBuffer.allocate(header.length() + value.length)
                .put(header.getBytes(US_ASCII))
                .put(value)
                .array();
    }

    @Override
    public void close() {
        time.close();
    }
}
