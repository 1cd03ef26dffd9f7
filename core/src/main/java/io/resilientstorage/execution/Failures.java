package io.resilientstorage.execution;

import io.resilientstorage.api.AllBackendsFailedException;
import io.resilientstorage.api.DeadlineExceededException;
import io.resilientstorage.api.StorageException;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.member.Member;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.Snapshot;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What has gone wrong in one call so far, and what to tell the caller when nothing is left. */
final class Failures {

    /** Most calls have none. */
    private Map<String, Throwable> causes = Map.of();

    void add(Member member, BackendException failure) {
        if (causes.isEmpty()) {
            causes = new LinkedHashMap<>();
        }
        causes.put(member.name(), failure);
    }

    /** The error for a call that no backend has served. */
    StorageException error(Snapshot snapshot, Deadline deadline) {
        if (deadline.remainingNanos() <= 0) {
            return new DeadlineExceededException(deadline.timeout(), describe());
        }
        Map<String, Throwable> all = new LinkedHashMap<>(causes);
        for (BackendState state : snapshot.backends()) {
            all.computeIfAbsent(state.name(), name -> BackendException.unreachable(state.trouble()));
        }
        return new AllBackendsFailedException(all);
    }

    private String describe() {
        return causes.entrySet().stream()
                .map(e -> e.getKey() + ": " + e.getValue().getMessage())
                .collect(Collectors.joining("; "));
    }
}
