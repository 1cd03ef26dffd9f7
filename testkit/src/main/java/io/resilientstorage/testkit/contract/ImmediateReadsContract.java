package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ImmediateReads;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.VersionedRecord;
import org.junit.jupiter.api.Test;

/** Reads that wait for nothing say what the other reads say. */
public interface ImmediateReadsContract extends Contract {

    @Test
    default void anImmediateReadSaysWhatAReadSays() {
        VersionedRecord live = subject().live("live", subject().version(1), "value");
        VersionedRecord expiring = subject()
                .expiring("expiring", subject().version(1), "value", subject().askNow() + 60_000);
        VersionedRecord ended = subject()
                .expiring("ended", subject().version(1), "value", subject().askNow() - 1);
        VersionedRecord deleted = subject().tombstone("deleted", subject().version(1));
        for (VersionedRecord record : new VersionedRecord[] {live, expiring, ended, deleted}) {
            subject().apply(ApplyKind.DIRECT, record);
            assertThat(immediate(record)).isEqualTo(subject().read(record.key()));
        }
        subject().assertHit(immediate(live), live);
        subject().assertHit(immediate(expiring), expiring);
        subject().assertMiss(immediate(deleted), deleted.version());
        assertThat(immediate(subject().live("never written", subject().version(1), "value")))
                .isEqualTo(ReadAnswer.Miss.NOTHING);
    }

    @Test
    default void anImmediateReadSeesTheEndOfARecord() {
        VersionedRecord record = subject()
                .expiring("key", subject().version(1), "value", subject().askNow() + 100);
        subject().apply(ApplyKind.DIRECT, record);
        await().until(() -> immediate(record) instanceof ReadAnswer.Miss);
        assertThat(subject().askNow()).isGreaterThanOrEqualTo(record.expiresAt());
    }

    @Test
    default void anImmediateReadOfAnotherGenerationSeesNothing() {
        VersionedRecord record = subject().live("key", subject().version(1), "value");
        subject().apply(ApplyKind.DIRECT, record);
        assertThat(immediate(record, Subject.GENERATION + 1)).isEqualTo(ReadAnswer.Miss.NOTHING);
    }

    private ReadAnswer immediate(VersionedRecord record) {
        return immediate(record, Subject.GENERATION);
    }

    private ReadAnswer immediate(VersionedRecord record, int generation) {
        ImmediateReads reads = subject().backend().immediateReads().orElseThrow();
        return reads.read(record.key().namespace(), record.key().key(), generation);
    }
}
