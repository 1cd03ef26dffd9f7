package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** What a careless engine, or a careless backend, would do. */
final class Mutants {

    private Mutants() {}

    /** Everything between engine and servers is changed in the same way. */
    private static Mutation each(UnaryOperator<Backend> change) {
        return new Mutation() {
            @Override
            public Backend client(String server, Backend real) {
                return change.apply(real);
            }
        };
    }

    private static Mutation requests(UnaryOperator<ApplyRequest> change) {
        return each(real -> new ChangedBackend(real) {
            @Override
            public CompletionStage<ApplyReply> apply(ApplyRequest request) {
                return real.apply(change.apply(request));
            }
        });
    }

    private static ApplyRequest changed(ApplyRequest request, UnaryOperator<Change> change) {
        return new ApplyRequest(
                request.kind(),
                request.changes().stream().map(change).toList(),
                request.generation(),
                request.notAfter(),
                request.mostBehind(),
                request.timeout());
    }

    /** The note that somebody lacks a record is in the memory of the process alone. */
    static Mutation hintInMemoryOnly() {
        return requests(
                request -> changed(request, change -> new Change(change.record(), change.condition(), Set.of())));
    }

    /** A hint is stored in a step of its own, after the record. */
    static Mutation hintOutsideTheStep() {
        return each(real -> new ChangedBackend(real) {
            @Override
            public CompletionStage<ApplyReply> apply(ApplyRequest request) {
                ApplyRequest bare =
                        changed(request, change -> new Change(change.record(), change.condition(), Set.of()));
                return real.apply(bare)
                        .thenCompose(reply -> real.hints()
                                .orElseThrow()
                                .note(noted(request, reply))
                                .thenApply(noted -> reply));
            }
        });
    }

    private static List<Hint> noted(ApplyRequest request, ApplyReply reply) {
        List<Hint> hints = new ArrayList<>();
        for (int i = 0; i < request.changes().size(); i++) {
            Change change = request.changes().get(i);
            Version version = reply.results().get(i).version();
            change.hintsFor()
                    .forEach(
                            target -> hints.add(new Hint(target, change.record().key(), version, 0, 0)));
        }
        return hints;
    }

    /** What is carried is stored whatever stands there. */
    static Mutation replayWithoutVersionCheck() {
        return requests(request -> request.kind() == ApplyKind.DIRECT
                ? request
                : new ApplyRequest(
                        ApplyKind.DIRECT,
                        request.changes(),
                        request.generation(),
                        request.notAfter(),
                        request.timeout()));
    }

    /** After an unknown outcome the write is made anew, under whatever version is the newest. */
    static Mutation writingAgain() {
        return requests(request -> request.kind() == ApplyKind.REPLAY
                        && request.changes().stream()
                                .anyMatch(change -> !change.hintsFor().isEmpty())
                ? new ApplyRequest(
                        ApplyKind.DIRECT,
                        request.changes(),
                        request.generation(),
                        request.notAfter(),
                        request.timeout())
                : request);
    }

    /** An attempt is stored over whatever stands, even if that is newer than the attempt can be. */
    static Mutation everyAttemptWins() {
        return requests(request -> new ApplyRequest(
                request.kind(), request.changes(), request.generation(), request.notAfter(), request.timeout()));
    }

    /** The life of what is carried begins anew. */
    static Mutation expiryRestarted() {
        return requests(request -> request.kind() == ApplyKind.DIRECT
                ? request
                : changed(
                        request,
                        change -> change.record().expiresAt() == VersionedRecord.NEVER
                                ? change
                                : new Change(
                                        change.record()
                                                .withExpiresAt(change.record().expiresAt() + 5_000),
                                        change.condition(),
                                        change.hintsFor())));
    }

    /** A miss is believed whatever the sentinel says. */
    static Mutation coldBelieved() {
        return each(real -> new ChangedBackend(real) {
            @Override
            public CompletionStage<ReadReply> read(ReadRequest request) {
                return real.read(request)
                        .thenApply(reply -> new ReadReply(reply.answers(), reply.incarnation(), MissTrust.BELIEVED));
            }
        });
    }

    /** A hint is removed whatever was delivered. */
    static Mutation clearedWithoutVersion() {
        return each(real -> new ChangedBackend(real) {
            @Override
            public Optional<HintStore> hints() {
                return real.hints().map(hints -> new ChangedHints(hints) {
                    @Override
                    public CompletionStage<ClearReply> clear(Collection<Hint> delivered) {
                        return real.clear(delivered.stream()
                                .map(hint -> new Hint(
                                        hint.target(),
                                        hint.key(),
                                        new Version(Long.MAX_VALUE, Long.MAX_VALUE),
                                        hint.since(),
                                        hint.tries()))
                                .toList());
                    }
                });
            }
        });
    }

    /** Deletions and the versions of what has expired are forgotten long before a replay may come late. */
    static Mutation shortTombstoneLife() {
        return new Mutation() {
            @Override
            public Duration tombstoneLife(Duration right) {
                return Duration.ofMillis(500);
            }
        };
    }
}
