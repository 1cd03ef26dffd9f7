package io.resilientstorage.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.resilientstorage.api.Version;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class VersionedRecordTest {

    private static final RecordKey KEY = new RecordKey("default", "key");
    private static final Version VERSION = Version.of(1_000, 0, 1);

    @Test
    void aRecordIsLiveUntilTheMillisecondOfItsExpiry() {
        VersionedRecord record = new VersionedRecord(KEY, VERSION, Content.value(new byte[1]), 500);
        assertThat(record.isLive(499)).isTrue();
        assertThat(record.isLive(500)).isFalse();
        assertThat(record.isExpired(500)).isTrue();
        assertThat(record.withExpiresAt(VersionedRecord.NEVER).isLive(Long.MAX_VALUE - 1))
                .isTrue();
    }

    @Test
    void aTombstoneIsNeverLiveAndHasNoExpiry() {
        VersionedRecord tombstone = new VersionedRecord(KEY, VERSION, Content.tombstone(), VersionedRecord.NEVER);
        assertThat(tombstone.isLive(0)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> tombstone.withExpiresAt(1));
    }

    @Test
    void aNegativeExpiryIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VersionedRecord(KEY, VERSION, Content.value(new byte[0]), -1));
    }

    @Test
    void recordsAreEqualByTheirBytesAndNeverTellThem() {
        VersionedRecord record =
                new VersionedRecord(KEY, VERSION, Content.value("secret".getBytes(StandardCharsets.UTF_8)), 5);
        assertThat(record)
                .isEqualTo(
                        new VersionedRecord(KEY, VERSION, Content.value("secret".getBytes(StandardCharsets.UTF_8)), 5));
        assertThat(record)
                .isNotEqualTo(
                        new VersionedRecord(KEY, VERSION, Content.value("Secret".getBytes(StandardCharsets.UTF_8)), 5));
        assertThat(record.toString()).doesNotContain("secret").contains("value of 6 bytes");
    }
}
