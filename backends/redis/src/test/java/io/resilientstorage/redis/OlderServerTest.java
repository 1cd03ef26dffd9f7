package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.resilientstorage.api.Version;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.servers.RedisProcess;
import org.junit.jupiter.api.Test;

/** A server before Redis 6.2 does not know {@code PXAT}; here it is a word that no server knows. */
class OlderServerTest {

    private static final RecordKey KEY = new RecordKey("default", "key");
    private static final byte[] PLACE = PhysicalKey.ofRecord(KEY, 0);

    @Test
    void aRecordIsStoredWithItsEndWhereOneCommandCannotDoBoth() {
        byte[] script = new String(LuaScript.APPLY.source(), UTF_8)
                .replace("'PXAT'", "'UNKNOWN'")
                .getBytes(UTF_8);
        try (RedisProcess server = RedisProcess.start();
                RedisClient client = RedisClient.create(server.url())) {
            RedisCommands<byte[], byte[]> redis =
                    client.connect(ByteArrayCodec.INSTANCE).sync();
            long now = System.currentTimeMillis();
            Content value = Content.value("value".getBytes(UTF_8));
            VersionedRecord record = new VersionedRecord(KEY, Version.of(now, 0, 7), value, now + 60_000);

            long answer = apply(redis, script, record);
            assertThat(answer).isZero();
            assertThat(redis.get(PLACE)).isEqualTo(RecordFormat.encode(record));
            assertThat(redis.pttl(PLACE)).isBetween(110_000L, 120_000L);

            long deleted = apply(
                    redis,
                    script,
                    new VersionedRecord(KEY, Version.of(now, 1, 7), Content.tombstone(), VersionedRecord.NEVER));
            assertThat(deleted).isOne();
            assertThat(redis.pttl(PLACE)).isBetween(3_500_000L, 3_600_000L);
        }
    }

    private static long apply(RedisCommands<byte[], byte[]> redis, byte[] script, VersionedRecord record) {
        long end = record.content().isTombstone() ? 0 : record.expiresAt() + RecordWriter.LINGER.toMillis();
        Long met = redis.eval(
                script,
                ScriptOutputType.INTEGER,
                new byte[][] {PLACE},
                "3600000 0".getBytes(US_ASCII),
                Long.toString(Long.MAX_VALUE).getBytes(US_ASCII),
                RecordFormat.encode(record),
                Long.toString(end).getBytes(US_ASCII));
        return met;
    }
}
