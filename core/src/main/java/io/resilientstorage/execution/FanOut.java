package io.resilientstorage.execution;

import io.resilientstorage.attempt.Attempt;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.VersionedRecord;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Carries records that one backend has taken to others, all at the same time, and tells which of them have got all. */
final class FanOut {

    private FanOut() {}

    /**
     * The stage completes, never with a failure, when each of the backends has answered or failed.
     *
     * @param members the backends, at least one
     */
    static CompletableFuture<Set<Integer>> begin(
            Engine engine, List<Member> members, List<VersionedRecord> records, Deadline deadline) {
        Set<Integer> reached = ConcurrentHashMap.newKeySet();
        CompletableFuture<Set<Integer>> all = new CompletableFuture<>();
        AtomicInteger left = new AtomicInteger(members.size());
        for (Member member : members) {
            List<Change> changes = records.stream()
                    .map(record -> Change.of(Members.capped(engine, member, record)))
                    .toList();
            Attempt.begin(
                    engine.attempts(),
                    member,
                    TimeShare.nanos(
                            deadline.remainingNanos(),
                            member.settings().attemptTimeout().toNanos(),
                            0),
                    (backend, timeout) -> backend.apply(new ApplyRequest(
                            ApplyKind.REPLAY,
                            changes,
                            Engine.GENERATION,
                            Members.serverMillisIn(engine, member, timeout),
                            timeout)),
                    new Attempt.Listener<ApplyReply>() {
                        @Override
                        public boolean fits(ApplyReply reply) {
                            return reply.results().size() == changes.size();
                        }

                        @Override
                        public void replied(ApplyReply reply) {
                            engine.keeper()
                                    .seen(member.index(), reply.incarnation().id());
                            if (reply.results().stream().allMatch(r -> has(r.status()))) {
                                reached.add(member.index());
                            }
                            countDown();
                        }

                        @Override
                        public void failed(BackendException failure) {
                            countDown();
                        }

                        @Override
                        public void rejected(Throwable error) {
                            countDown();
                        }

                        private void countDown() {
                            if (left.decrementAndGet() == 0) {
                                all.complete(reached);
                            }
                        }
                    });
        }
        return all;
    }

    /** Whether the backend has the record or a newer one. */
    private static boolean has(ApplyStatus status) {
        return status == ApplyStatus.APPLIED || status == ApplyStatus.SUPERSEDED;
    }
}
