package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in Redis, byte for byte. A change here breaks what older versions of the library have stored. */
class StorageFormatTest {

    private static final RecordKey KEY = new RecordKey("ns", "key");
    private static final Version VERSION = Version.of(1_700_000_000_123L, 45, 6_789);

    @ParameterizedTest
    @CsvSource({
        "default, user:42, 0, rs:default:0:{7a}:user:42",
        "a.b-c_d, {brace}, 7, rs:a.b-c_d:7:{30}:{brace}",
        "ns, 'emoji 😀 and שלום', 12, 'rs:ns:12:{b4}:emoji 😀 and שלום'",
    })
    void aRecordStandsUnderItsNamespaceGenerationSlotTagAndKey(
            String namespace, String key, int generation, String place) {
        byte[] physical = PhysicalKey.ofRecord(new RecordKey(namespace, key), generation);
        assertThat(new String(physical, UTF_8)).isEqualTo(place);
        assertThat(PhysicalKey.recordAt(physical, generation)).contains(new RecordKey(namespace, key));
        assertThat(PhysicalKey.recordAt(physical, generation + 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rs:",
                "rs:ns",
                "rs:ns:0:{00}",
                "rs:ns:0:{00}:key",
                "rs:!hints:{aa}:other:waiting",
                "other:ns:0:{aa}:key"
            })
    void otherKeysAreNoRecords(String place) {
        assertThat(PhysicalKey.recordAt(place.getBytes(UTF_8), 0)).isEmpty();
    }

    @Test
    void hintsStandInTheSlotOfTheirRecord() {
        assertThat(PhysicalKey.ofHints("db", SlotTag.of(KEY)))
                .extracting(bytes -> new String(bytes, UTF_8))
                .containsExactly("rs:!hints:{12}:db:entries", "rs:!hints:{12}:db:waiting", "rs:!hints:{12}:db:parked");
        assertThat(SlotTag.of(KEY).text()).isEqualTo("12");
    }

    @Test
    void slotTagsAreSpreadEvenly() {
        Map<SlotTag, Integer> counts = new HashMap<>();
        for (int i = 0; i < 25_600; i++) {
            counts.merge(SlotTag.of(new RecordKey("ns", "user:" + i)), 1, Integer::sum);
        }
        assertThat(counts).hasSize(SlotTag.ALL.size());
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(40, 200));
    }

    @Test
    void aValueStandsBehindAHeaderOfFixedWidth() {
        VersionedRecord record =
                new VersionedRecord(KEY, VERSION, Content.value("value".getBytes(UTF_8)), 1_700_000_060_000L);
        byte[] stored = RecordFormat.encode(record);
        assertThat(new String(stored, ISO_8859_1))
                .isEqualTo("\0rs1V" + "001700000000123" + "00045" + "0000000000000006789" + "0000001700000060000"
                        + "value");
        assertThat(RecordFormat.decode(KEY, stored)).isEqualTo(new ReadAnswer.Hit(record));
    }

    @Test
    void aTombstoneIsAHeaderAlone() {
        VersionedRecord record = new VersionedRecord(KEY, VERSION, Content.tombstone(), VersionedRecord.NEVER);
        byte[] stored = RecordFormat.encode(record);
        assertThat(new String(stored, ISO_8859_1))
                .isEqualTo("\0rs1T" + "001700000000123" + "00045" + "0000000000000006789" + "9223372036854775807");
        assertThat(RecordFormat.decode(KEY, stored)).isEqualTo(new ReadAnswer.Miss(VERSION));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0rs2anything",
                "\0rs",
                "\0rs1",
                "\0rs1V0017",
                "\0rs1Q0017000000001230004500000000000000067890000001700000060000",
                "\0rs1V00170000000012300045000000000000000678x0000001700000060000",
                "\0rs1V0017000000001236553600000000000000067890000001700000060000",
                "\0rs1V0017000000001230004500000000000000067899999999999999999999",
            })
    void whatIsNotAWholeHeaderOfThisFormatIsUnreadable(String stored) {
        byte[] bytes = stored.getBytes(ISO_8859_1);
        assertThat(RecordFormat.isForeign(bytes)).isFalse();
        assertThat(RecordFormat.decode(KEY, bytes)).isInstanceOf(ReadAnswer.Unreadable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\0", "\0r", "rs1V", "42", "{\"json\":true}"})
    void whatDoesNotBeginAsOursIsForeign(String stored) {
        assertThat(RecordFormat.isForeign(stored.getBytes(ISO_8859_1))).isTrue();
    }

    @Test
    void aPrefixIsEscapedInThePattern() {
        assertThat(new String(PhysicalKey.pattern(Optional.of("ns"), "a*b?c[d]e\\f^g", 3), UTF_8))
                .isEqualTo("rs:ns:3:{??}:a\\*b\\?c\\[d\\]e\\\\f\\^g*");
        assertThat(new String(PhysicalKey.pattern(Optional.empty(), "", 0), UTF_8))
                .isEqualTo("rs:*:0:{??}:*");
    }
}
