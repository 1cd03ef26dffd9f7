package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.record.VersionedRecord;
import java.util.List;
import java.util.Set;

/** What the tests of hints ask of a backend. */
record HintCalls(Subject subject) {

    void assertSummary(String target, long pending, long parked) {
        HintSummary summary = subject.await(subject.hints().summary(target));
        assertThat(summary.pending()).as("pending").isEqualTo(pending);
        assertThat(summary.parked()).as("parked").isEqualTo(parked);
    }

    Hint hint(String target, String key, int version) {
        return new Hint(target, subject.key(key), subject.version(version), 0, 0);
    }

    Hint claimOne(String target) {
        List<Hint> hints = claim(target, 10);
        assertThat(hints).hasSize(1);
        return hints.get(0);
    }

    List<Hint> claim(String target, int limit) {
        return subject.await(subject.hints().claim(target, limit, HintContract.LONG_CLAIM));
    }

    ApplyResult apply(ApplyKind kind, VersionedRecord record, String... targets) {
        return subject.apply(kind, hinted(record, targets));
    }

    static Change hinted(VersionedRecord record, String... targets) {
        return new Change(record, Condition.none(), Set.of(targets));
    }
}
