package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyRule;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Change;
import io.resilientstorage.record.VersionedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A direct write wins: the backend assigns max(proposed, stored + 1) in the same atomic step. Only what is further
 * behind than its request allows is refused.
 */
public interface DirectContract extends Contract {

    @Test
    default void aNewerProposalIsKept() {
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "first"));
        VersionedRecord second = subject().live("key", subject().version(2), "second");
        assertThat(subject().apply(ApplyKind.DIRECT, second))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, second.version(), true));
        subject().assertHit(subject().read("key"), second);
    }

    @Test
    default void anOlderProposalIsRaisedAboveWhatStands() {
        Version standing = Version.of(subject().version(9).millis(), 77, 4);
        subject().apply(ApplyKind.REPLAY, subject().live("key", standing, "first"));
        assertRaised(standing, subject().version(1));
        assertRaised(standing.next(subject().version(1).writer()), subject().version(2));
    }

    @Test
    default void anEqualProposalIsRaisedAboveWhatStands() {
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "first"));
        assertRaised(subject().version(1), subject().version(1));
    }

    @Test
    default void aProposalIsRaisedAboveATombstone() {
        subject().apply(ApplyKind.DIRECT, subject().tombstone("key", subject().version(5)));
        VersionedRecord late = subject().live("key", subject().version(1), "late");
        Version assigned = subject().version(5).next(late.version().writer());
        assertThat(subject().apply(ApplyKind.DIRECT, late))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, assigned, false));
        subject().assertHit(subject().read("key"), late.withVersion(assigned));
    }

    @Test
    default void aProposalIsRaisedAboveARecordThatArrivedExpired() {
        subject()
                .apply(
                        ApplyKind.DIRECT,
                        subject()
                                .expiring(
                                        "key",
                                        subject().version(5),
                                        "expired",
                                        subject().now() - 1_000));
        VersionedRecord late = subject().live("key", subject().version(1), "late");
        Version assigned = subject().version(5).next(late.version().writer());
        assertThat(subject().apply(ApplyKind.DIRECT, late))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, assigned, false));
        subject().assertHit(subject().read("key"), late.withVersion(assigned));
    }

    @Test
    default void whatIsFurtherBehindThanIsAllowedIsNotStored() {
        VersionedRecord standing = subject().live("key", subject().version(5), "standing");
        VersionedRecord deleted = subject().tombstone("deleted", subject().version(5));
        subject().apply(ApplyKind.DIRECT, standing);
        subject().apply(ApplyKind.DIRECT, deleted);
        Version behind = subject().version(4);
        long apart = standing.version().millis() - behind.millis();
        List<Change> changes = List.of(
                Change.of(subject().live("key", behind, "behind")),
                Change.of(subject().live("deleted", behind, "behind")),
                Change.of(subject().live("free", behind, "behind")));
        assertThat(subject().apply(request(changes, apart - 1)))
                .containsExactly(
                        new ApplyResult(ApplyStatus.BEHIND, standing.version(), true),
                        new ApplyResult(ApplyStatus.BEHIND, deleted.version(), false),
                        new ApplyResult(ApplyStatus.APPLIED, behind, false));
        subject().assertHit(subject().read("key"), standing);
        subject().assertMiss(subject().read("deleted"), deleted.version());
        Version assigned = standing.version().next(behind.writer());
        assertThat(subject().apply(request(changes, apart)))
                .extracting(ApplyResult::status)
                .containsOnly(ApplyStatus.APPLIED);
        subject().assertHit(subject().read("key"), subject().live("key", assigned, "behind"));
    }

    /**
     * By a clock that was set back nobody can tell what came late, and the time of versions that are ahead stands
     * still.
     */
    @Test
    default void whatStandsAheadOfTheClockIsWrittenOverOnlyByWhatIsNewer() {
        long ahead = subject().now() + 5 * ApplyRule.TRUSTED_AHEAD_MILLIS;
        VersionedRecord standing = subject().live("key", Version.of(ahead, 7, 1), "standing");
        subject().apply(ApplyKind.DIRECT, standing);
        List<Change> older = List.of(Change.of(subject().live("key", Version.of(ahead, 6, 1), "older")));
        List<Change> newer = List.of(Change.of(subject().live("key", Version.of(ahead, 8, 1), "newer")));
        long room = ApplyRule.TRUSTED_AHEAD_MILLIS - 1;
        assertThat(subject().apply(request(older, room)))
                .containsExactly(new ApplyResult(ApplyStatus.BEHIND, standing.version(), true));
        subject().assertHit(subject().read("key"), standing);
        assertThat(subject().apply(request(newer, room)))
                .extracting(ApplyResult::status)
                .containsExactly(ApplyStatus.APPLIED);
        assertThat(subject().apply(request(older, ApplyRule.TRUSTED_AHEAD_MILLIS)))
                .extracting(ApplyResult::status)
                .containsExactly(ApplyStatus.APPLIED);
    }

    @Test
    default void whatMayNotBeOlderAtAllIsStoredUnderItsOwnVersionOrNotAtAll() {
        long millis = subject().version(1).millis();
        VersionedRecord standing = subject().live("key", Version.of(millis, 8, 1), "standing");
        subject().apply(ApplyKind.DIRECT, standing);
        for (int counter = 7; counter <= 8; counter++) {
            Change older = Change.of(subject().live("key", Version.of(millis, counter, 1), "older"));
            assertThat(subject().apply(request(List.of(older), ApplyRequest.NEVER_OLDER)))
                    .containsExactly(new ApplyResult(ApplyStatus.BEHIND, standing.version(), true));
        }
        subject().assertHit(subject().read("key"), standing);
        VersionedRecord newer = subject().live("key", Version.of(millis, 9, 1), "newer");
        assertThat(subject().apply(request(List.of(Change.of(newer)), ApplyRequest.NEVER_OLDER)))
                .containsExactly(new ApplyResult(ApplyStatus.APPLIED, newer.version(), true));
        subject().assertHit(subject().read("key"), newer);
    }

    private static ApplyRequest request(List<Change> changes, long mostBehind) {
        return new ApplyRequest(
                ApplyKind.DIRECT, changes, Subject.GENERATION, ApplyRequest.NO_LIMIT, mostBehind, Subject.TIMEOUT);
    }

    @Test
    default void aCounterThatIsFullCarriesIntoTheMilliseconds() {
        Version full = Version.of(subject().version(1).millis(), 65_535, Long.MAX_VALUE);
        subject().apply(ApplyKind.REPLAY, subject().live("key", full, "full"));
        VersionedRecord next = subject().live("key", Version.of(1, 0, 3), "next");
        Version assigned = Version.of(full.millis() + 1, 0, 3);
        assertThat(subject().apply(ApplyKind.DIRECT, next))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, assigned, true));
        subject().assertHit(subject().read("key"), next.withVersion(assigned));
    }

    @Test
    default void versionsAssignedToSixteenThreadsAreAllDifferentAndTheNewestStands() throws Exception {
        int writes = 25;
        List<Map<Version, String>> assignedByThread = Parallel.run(thread -> {
            Map<Version, String> assigned = new TreeMap<>();
            for (int i = 0; i < writes; i++) {
                String value = thread + "/" + i;
                Version proposal = Version.of(subject().version(i / 5).millis(), 0, thread + 1L);
                ApplyResult result = subject().apply(ApplyKind.DIRECT, subject().live("key", proposal, value));
                assertThat(result.status()).isEqualTo(ApplyStatus.APPLIED);
                assertThat(assigned.keySet())
                        .as("one thread's versions ascend")
                        .allMatch(result.version()::isNewerThan);
                assigned.put(result.version(), value);
            }
            return assigned;
        });
        TreeMap<Version, String> all = new TreeMap<>();
        assignedByThread.forEach(all::putAll);
        assertThat(all).as("no version was assigned twice").hasSize(Parallel.THREADS * writes);
        Map.Entry<Version, String> last = all.lastEntry();
        subject().assertHit(subject().read("key"), subject().live("key", last.getKey(), last.getValue()));
    }

    @Test
    default void writesAndDeletesBySixteenThreadsLeaveTheNewestOfThem() throws Exception {
        List<List<VersionedRecord>> byThread = Parallel.run(thread -> {
            List<VersionedRecord> mine = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                Version proposal = Version.of(subject().version(1).millis(), 0, thread + 1L);
                VersionedRecord record = (thread + i) % 3 == 0
                        ? subject().tombstone("key", proposal)
                        : subject().live("key", proposal, thread + "/" + i);
                mine.add(record.withVersion(
                        subject().apply(ApplyKind.DIRECT, record).version()));
            }
            return mine;
        });
        VersionedRecord last = byThread.stream()
                .flatMap(List::stream)
                .max((a, b) -> a.version().compareTo(b.version()))
                .orElseThrow();
        if (last.content().isTombstone()) {
            subject().assertMiss(subject().read("key"), last.version());
        } else {
            subject().assertHit(subject().read("key"), last);
        }
    }

    private void assertRaised(Version standing, Version proposal) {
        VersionedRecord record = subject().live("key", proposal, "raised above " + standing);
        Version assigned = standing.next(proposal.writer());
        assertThat(subject().apply(ApplyKind.DIRECT, record))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, assigned, true));
        subject().assertHit(subject().read("key"), record.withVersion(assigned));
    }
}
