package io.resilientstorage.engine;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.RecordKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The hints of a {@link StandIn}, which keeps a record when its last hint goes. For one thread. */
final class StandInHints implements HintStore {

    private record Place(String target, RecordKey key) {}

    private record Noted(Hint hint, long claimedUntil, boolean parked) {}

    private final LongSupplier clock;
    private final Function<RecordKey, ReadAnswer> stands;
    private final Supplier<ClearReply> reply;
    private final Map<Place, Noted> hints = new HashMap<>();

    StandInHints(LongSupplier clock, Function<RecordKey, ReadAnswer> stands, Supplier<ClearReply> reply) {
        this.clock = clock;
        this.stands = stands;
        this.reply = reply;
    }

    void forget() {
        hints.clear();
    }

    /** In the step of the records themselves. */
    void note(ApplyRequest request, List<ApplyResult> results) {
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i).status() == ApplyStatus.APPLIED) {
                Change change = request.changes().get(i);
                Version version = results.get(i).version();
                change.hintsFor().forEach(target -> note(target, change.record().key(), version));
            }
        }
    }

    private void note(String target, RecordKey key, Version version) {
        Noted before = hints.get(new Place(target, key));
        if (before == null || version.isNewerThan(before.hint().version())) {
            long since = before == null ? clock.getAsLong() : before.hint().since();
            hints.put(new Place(target, key), new Noted(new Hint(target, key, version, since, 0), 0, false));
        }
    }

    @Override
    public CompletionStage<List<Hint>> claim(String target, int limit, Duration claim) {
        long now = clock.getAsLong();
        List<Hint> claimed = hints.values().stream()
                .filter(noted -> noted.hint().target().equals(target) && !noted.parked() && noted.claimedUntil() <= now)
                .map(Noted::hint)
                .sorted(Comparator.comparingLong(Hint::since)
                        .thenComparing(hint -> hint.key().key()))
                .limit(limit)
                .toList();
        claimed.forEach(hint -> hints.put(place(hint), new Noted(hint, now + claim.toMillis(), false)));
        return CompletableFuture.completedFuture(new ArrayList<>(claimed));
    }

    private static Place place(Hint hint) {
        return new Place(hint.target(), hint.key());
    }

    private static Version version(ReadAnswer answer) {
        if (answer instanceof ReadAnswer.Hit hit) {
            return hit.record().version();
        }
        return answer instanceof ReadAnswer.Miss miss ? miss.version() : Version.NONE;
    }

    @Override
    public CompletionStage<ClearReply> clear(Collection<Hint> delivered) {
        for (Hint hint : delivered) {
            Noted noted = hints.get(place(hint));
            if (noted == null) {
                Version standing = version(stands.apply(hint.key()));
                if (standing.isNewerThan(hint.version())) {
                    note(hint.target(), hint.key(), standing);
                }
                continue;
            }
            boolean newer = noted.hint().version().isNewerThan(hint.version())
                    || version(stands.apply(hint.key())).isNewerThan(hint.version());
            if (newer) {
                hints.put(place(hint), new Noted(noted.hint(), 0, noted.parked()));
            } else {
                hints.remove(place(hint));
            }
        }
        return CompletableFuture.completedFuture(reply.get());
    }

    @Override
    public CompletionStage<Void> note(Collection<Hint> lacking) {
        lacking.forEach(hint -> note(hint.target(), hint.key(), hint.version()));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> retry(Collection<Hint> refused) {
        return change(refused, noted -> {
            Hint hint = noted.hint();
            return new Noted(
                    new Hint(hint.target(), hint.key(), hint.version(), hint.since(), hint.tries() + 1), 0, false);
        });
    }

    @Override
    public CompletionStage<Void> park(Collection<Hint> poison) {
        return change(poison, noted -> new Noted(noted.hint(), 0, true));
    }

    private CompletionStage<Void> change(Collection<Hint> which, UnaryOperator<Noted> change) {
        for (Hint hint : which) {
            hints.computeIfPresent(
                    place(hint),
                    (at, noted) -> noted.hint().version().equals(hint.version()) ? change.apply(noted) : noted);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<HintSummary> summary(String target) {
        List<Noted> all = hints.values().stream()
                .filter(noted -> noted.hint().target().equals(target))
                .toList();
        long parked = all.stream().filter(Noted::parked).count();
        long oldest = all.stream()
                .filter(noted -> !noted.parked())
                .mapToLong(noted -> clock.getAsLong() - noted.hint().since())
                .max()
                .orElse(0);
        return CompletableFuture.completedFuture(new HintSummary(all.size() - parked, parked, oldest));
    }
}
