package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What a careless engine would take for the truth when it fills a backend, and for a deletion. */
final class ScanMutants {

    /** Old enough to be carried, too young to keep anybody from being in sync. */
    private static final long LOOKS_YOUNG_MILLIS = 900;

    private ScanMutants() {}

    private static Mutation at(String name, Function<Backend, Backend> change) {
        return new Mutation() {
            @Override
            public Backend client(String server, Backend real) {
                return server.equals(name) ? change.apply(real) : real;
            }
        };
    }

    /** A backend is filled from what this process has written itself, and not from the durable mirror. */
    static Mutation localCopyAsSource() {
        return at("sql", real -> new ChangedBackend(real) {
            private final Map<RecordKey, VersionedRecord> copy = new LinkedHashMap<>();

            @Override
            public CompletionStage<ApplyReply> apply(ApplyRequest request) {
                request.changes().forEach(change -> copy.put(change.record().key(), change.record()));
                return real.apply(request);
            }

            @Override
            public Optional<ChangeScan> changes() {
                return real.changes().map(scan -> new ChangedScan(scan) {
                    @Override
                    public CompletionStage<Page> latest(long upTo, int generation, int limit) {
                        return CompletableFuture.completedFuture(new Page(List.copyOf(copy.values()), 0));
                    }
                });
            }
        });
    }

    /** What a backend has is told by the newest version that it has, and not by a position in the order of commits. */
    static Mutation versionAsWatermark() {
        return at("sql", real -> new ChangedBackend(real) {
            @Override
            public Optional<ChangeScan> changes() {
                return real.changes().map(scan -> new ChangedScan(scan) {
                    @Override
                    public CompletionStage<Page> changes(long after, int generation, int limit) {
                        return all(generation).thenApply(all -> {
                            List<VersionedRecord> newer = all.stream()
                                    .filter(record -> record.version().timestamp() > after)
                                    .toList();
                            return new Page(newer, Math.max(after, newest(all)));
                        });
                    }

                    @Override
                    public CompletionStage<Page> latest(long upTo, int generation, int limit) {
                        return all(generation).thenApply(all -> new Page(all, 0));
                    }

                    @Override
                    public CompletionStage<Extent> extent() {
                        return all(0).thenApply(all -> new Extent(newest(all), 0));
                    }

                    private CompletionStage<List<VersionedRecord>> all(int generation) {
                        return real.changes(0, generation, Integer.MAX_VALUE).thenApply(Page::records);
                    }
                });
            }
        });
    }

    private static long newest(List<VersionedRecord> records) {
        return records.stream()
                .map(VersionedRecord::version)
                .mapToLong(Version::timestamp)
                .max()
                .orElse(0);
    }

    /** A delete leaves nothing behind where what has ended is forgotten at once. */
    static Mutation deleteWithoutTombstone() {
        return at("redis", real -> new ChangedBackend(real) {
            @Override
            public CompletionStage<ApplyReply> apply(ApplyRequest request) {
                return real.apply(new ApplyRequest(
                        request.kind(),
                        request.changes().stream().map(ScanMutants::bare).toList(),
                        request.generation(),
                        request.notAfter(),
                        request.mostBehind(),
                        request.timeout()));
            }
        });
    }

    private static Change bare(Change change) {
        VersionedRecord record = change.record();
        if (!record.content().isTombstone()) {
            return change;
        }
        Content gone = Content.value(record.version().text().getBytes(StandardCharsets.UTF_8));
        return new Change(
                new VersionedRecord(record.key(), record.version(), gone, 1), change.condition(), change.hintsFor());
    }

    /** A backend counts as whole while it still has to get something. */
    static Mutation earlyFailback() {
        return new Mutation() {
            @Override
            public Backend client(String server, Backend real) {
                return new ChangedBackend(real) {
                    @Override
                    public Optional<HintStore> hints() {
                        return real.hints().map(hints -> new ChangedHints(hints) {
                            @Override
                            public CompletionStage<HintSummary> summary(String target) {
                                return hints.summary(target)
                                        .thenApply(right -> new HintSummary(
                                                right.pending(),
                                                right.parked(),
                                                Math.min(LOOKS_YOUNG_MILLIS, right.oldestMillis())));
                            }
                        });
                    }
                };
            }
        };
    }

    /** Hands everything on; a mutant changes one thing. */
    private static class ChangedScan implements ChangeScan {

        final ChangeScan real;

        ChangedScan(ChangeScan real) {
            this.real = real;
        }

        @Override
        public CompletionStage<Page> changes(long after, int generation, int limit) {
            return real.changes(after, generation, limit);
        }

        @Override
        public CompletionStage<Page> latest(long upTo, int generation, int limit) {
            return real.latest(upTo, generation, limit);
        }

        @Override
        public CompletionStage<Extent> extent() {
            return real.extent();
        }
    }
}
