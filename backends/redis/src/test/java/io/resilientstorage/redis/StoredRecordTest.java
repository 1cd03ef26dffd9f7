package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the script leaves in a real server, and what it leaves alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoredRecordTest {

    private static final String WHOLE = "\0rs1V0017000000001230004500000000000000067890000001700000060000";
    private static final Duration NEAR = Duration.ofSeconds(5);

    private final RedisProcess server = RedisProcess.start();
    private final OpenRedis redis = OpenRedis.open(RedisBackend.builder(server.url()));
    private final RedisClient client = RedisClient.create(server.url());
    private final RedisCommands<byte[], byte[]> commands =
            client.connect(ByteArrayCodec.INSTANCE).sync();
    private final byte[] place = PhysicalKey.ofRecord(redis.key("key"), 0);

    @BeforeAll
    void connect() {
        redis.awaitConnected();
    }

    @AfterAll
    void close() {
        client.shutdown();
        redis.close();
        server.close();
    }

    @Test
    void aRecordThatIsAboutToEndIsKeptWholeForAWhileMore() {
        VersionedRecord record = record(Content.value("value".getBytes(UTF_8)), redis.now() + NEAR.toMillis());
        store(record);
        assertThat(commands.get(place)).isEqualTo(RecordFormat.encode(record));
        assertKeptFor(RecordWriter.LINGER.plus(NEAR));
    }

    @Test
    void aRecordThatHasEndedIsKeptAsItsVersionAlone() {
        VersionedRecord record = record(Content.value("value".getBytes(UTF_8)), redis.now() - 1);
        store(record);
        assertThat(new String(commands.get(place), ISO_8859_1))
                .isEqualTo(header(record).replace("\0rs1V", "\0rs1X"));
        assertKeptFor(OpenRedis.TOMBSTONE_LIFE);
    }

    @Test
    void aTombstoneIsKeptForItsLife() {
        VersionedRecord record = record(Content.tombstone(), VersionedRecord.NEVER);
        store(record);
        assertThat(commands.get(place)).isEqualTo(RecordFormat.encode(record));
        assertKeptFor(OpenRedis.TOMBSTONE_LIFE);
    }

    @Test
    void aRecordWithoutEndHasNoExpiry() {
        VersionedRecord record = redis.live("key", "value");
        store(record);
        assertThat(commands.get(place)).isEqualTo(RecordFormat.encode(record));
        assertThat(commands.pttl(place)).isEqualTo(-1);
    }

    @Test
    void aWholeHeaderIsReplaced() {
        commands.set(place, WHOLE.getBytes(ISO_8859_1));
        assertThat(redis.apply(redis.live("key", "newer")).status()).isEqualTo(ApplyStatus.APPLIED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0rs2anything",
                "\0rs",
                "\0rs1V0017",
                "\0rs1Q0017000000001230004500000000000000067890000001700000060000",
                "\0rs1V 017000000001230004500000000000000067890000001700000060000",
                "\0rs1V0x17000000001230004500000000000000067890000001700000060000",
                "\0rs1V00170000000012300045000000000000000678x0000001700000060000",
                "\0rs1V00170000000012300045000000000000000678900000017000000600 0",
                "\0rs1V0017000000001230004500000000000000067890000001700000e60000",
            })
    void aDamagedHeaderIsNeverReplaced(String stored) {
        commands.set(place, stored.getBytes(ISO_8859_1));
        assertThat(redis.apply(redis.live("key", "newer")).status()).isEqualTo(ApplyStatus.UNREADABLE);
        assertThat(new String(commands.get(place), ISO_8859_1)).isEqualTo(stored);
    }

    private void store(VersionedRecord record) {
        commands.del(place);
        assertThat(redis.apply(record).status()).isEqualTo(ApplyStatus.APPLIED);
    }

    private VersionedRecord record(Content content, long expiresAt) {
        return new VersionedRecord(redis.key("key"), Version.of(redis.now(), 0, 1), content, expiresAt);
    }

    private static String header(VersionedRecord record) {
        return new String(RecordFormat.encode(record), 0, RecordFormat.HEADER_LENGTH, ISO_8859_1);
    }

    private void assertKeptFor(Duration life) {
        assertThat(commands.pttl(place)).isBetween(life.minusSeconds(4).toMillis(), life.toMillis());
    }
}
