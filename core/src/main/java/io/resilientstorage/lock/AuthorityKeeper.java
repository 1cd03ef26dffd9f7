package io.resilientstorage.lock;

import io.resilientstorage.api.LockScope;
import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.LockTerms;
import io.resilientstorage.event.EventSink;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what an {@link AuthorityRule} decides: looks at the records, writes what is to be written, looks again.
 * One look runs at a time, and whoever asks meanwhile gets its result. Under a rule with windows it looks by itself
 * from the first use on, so that they do not end while this process lives.
 *
 * <p>Every time that it writes was reckoned from the backend's own clock when it was looked at, and every write is a
 * compare-and-set on what was seen. So a process that was stopped in between writes nothing, or something that is over.
 */
final class AuthorityKeeper implements Keeper {

    /** How often it looks by itself. */
    static final Duration INTERVAL = Duration.ofSeconds(3);

    /** A look that took so long may have waited for one that is away. */
    private static final Duration SLOW = Duration.ofMillis(300);

    private static final int MOST_ROUNDS = 6;

    private final String space;
    private final AuthorityRule rule;
    private final List<Granter> granters;
    private final LockScope scope;
    private final boolean windows;
    private final Time time;
    private final EventSink events;
    private Optional<CompletableFuture<Optional<LockUnavailable>>> running = Optional.empty();
    private Optional<Timer> next = Optional.empty();
    private volatile Mandate mandate;
    private volatile boolean ready;
    private volatile boolean stopped;

    /** @param windows whether it must look at intervals */
    AuthorityKeeper(
            String space,
            LockTerms terms,
            AuthorityRule rule,
            List<Granter> granters,
            LockScope scope,
            boolean windows,
            Time time,
            EventSink events) {
        this.space = space;
        this.rule = rule;
        this.granters = List.copyOf(granters);
        this.scope = scope;
        this.windows = windows;
        this.time = time;
        this.events = events;
        this.mandate = mandate(this.granters.get(0), terms);
    }

    @Override
    public Mandate mandate() {
        return mandate;
    }

    @Override
    public Mandate mandate(Granter granter) {
        Mandate now = mandate;
        return now.at() == granter ? now : mandate(granter, now.terms());
    }

    private Mandate mandate(Granter at, LockTerms terms) {
        return new Mandate(
                at,
                terms,
                terms.mirrored()
                        ? granters.stream().filter(other -> other != at).findFirst()
                        : Optional.empty());
    }

    @Override
    public List<Granter> granters() {
        List<Granter> all = new ArrayList<>(granters);
        Granter first = target();
        all.remove(first);
        all.add(0, first);
        return all;
    }

    @Override
    public LockScope scope(Granter granter) {
        return scope;
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public CompletableFuture<Optional<LockUnavailable>> look() {
        CompletableFuture<Optional<LockUnavailable>> mine = new CompletableFuture<>();
        synchronized (this) {
            if (running.isPresent()) {
                return running.get();
            }
            running = Optional.of(mine);
        }
        round(1, mine);
        return mine;
    }

    private void end(CompletableFuture<Optional<LockUnavailable>> look, Optional<LockUnavailable> result) {
        synchronized (this) {
            running = Optional.empty();
            next.ifPresent(Timer::cancel);
            if (windows && !stopped) {
                next = Optional.of(
                        time.timers().schedule(result.isPresent() ? Refusals.SOON : INTERVAL, this::lookAgain));
            }
        }
        if (result.isEmpty()) {
            ready = true;
        }
        look.complete(result);
    }

    private void lookAgain() {
        if (!stopped) {
            var unused = look();
        }
    }

    private void round(int number, CompletableFuture<Optional<LockUnavailable>> look) {
        long begun = time.clock().nanos();
        var unused = all(granters.stream().map(this::ask).toList())
                .thenCompose(seen -> {
                    long took = time.clock().nanos() - begun;
                    if (took < SLOW.toNanos()) {
                        return CompletableFuture.completedFuture(Optional.of(seen));
                    }
                    // Longer than any answer takes: this process stood still, and nothing it has seen need be so yet.
                    return took > longestAttempt() + SLOW.toNanos()
                            ? CompletableFuture.completedFuture(Optional.<List<Seen>>empty())
                            : again(seen).thenApply(Optional::of);
                })
                .thenAccept(seen -> {
                    if (seen.isPresent()) {
                        act(rule.decide(seen.get()), seen.get(), number, look);
                    } else if (number < MOST_ROUNDS) {
                        round(number + 1, look);
                    } else {
                        end(look, Optional.of(Refusals.unreachable("each look at the authority takes too long")));
                    }
                })
                .exceptionally(failure -> {
                    end(look, Optional.of(Refusals.unreachable("looking at the authority failed with " + failure)));
                    return null;
                });
    }

    private long longestAttempt() {
        return granters.stream().mapToLong(Granter::attemptNanos).max().orElse(0);
    }

    /**
     * Who answered while another was waited for is asked once more: what is to be written there is reckoned from its
     * clock, and must be written soon after.
     */
    private CompletableFuture<List<Seen>> again(List<Seen> seen) {
        List<CompletableFuture<Seen>> anew = new ArrayList<>();
        for (int i = 0; i < seen.size(); i++) {
            Seen one = seen.get(i);
            anew.add(one.isAway() ? CompletableFuture.completedFuture(one) : ask(granters.get(i)));
        }
        return all(anew);
    }

    private CompletableFuture<Seen> ask(Granter granter) {
        return granter.authority(space).handle((reply, failure) -> seen(granter, reply, failure));
    }

    private static CompletableFuture<List<Seen>> all(List<CompletableFuture<Seen>> asked) {
        return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .thenApply(none -> asked.stream().map(CompletableFuture::join).toList());
    }

    private static Seen seen(Granter granter, AuthorityReply reply, @Nullable Throwable failure) {
        boolean longAway = granter.failsFor(Refusals.SOON);
        Optional<BackendException> failed = Optional.ofNullable(failure).map(Granter::sorted);
        boolean serves = failed.isEmpty() && !longAway;
        return new Seen(
                granter.name(),
                granter.number(),
                granter.isDurable(),
                serves ? Optional.of(reply) : Optional.empty(),
                longAway,
                failed.map(why -> why.kind() == BackendException.Kind.REFUSED).orElse(longAway),
                serves
                        ? Optional.empty()
                        : Optional.of(failed.map(why -> String.valueOf(why.getMessage()))
                                .orElse("it refuses what is to be stored")));
    }

    private void act(Plan plan, List<Seen> seen, int number, CompletableFuture<Optional<LockUnavailable>> look) {
        if (plan instanceof Plan.Serve serve) {
            // The mode that holds now is the one that stands there.
            mandate = mandate(
                    granters.get(serve.side()),
                    seen.get(serve.side()).standing().map(Authority::terms).orElse(terms()));
            end(look, Optional.empty());
        } else if (plan instanceof Plan.Refuse refuse) {
            end(look, Optional.of(refuse.why()));
        } else if (number >= MOST_ROUNDS) {
            end(look, Optional.of(Refusals.unreachable("the authority changes each time it is looked at")));
        } else {
            write(((Plan.Change) plan).puts(), 0, number, look);
        }
    }

    private void write(List<Plan.Put> puts, int at, int number, CompletableFuture<Optional<LockUnavailable>> look) {
        if (at == puts.size()) {
            round(number + 1, look);
            return;
        }
        Plan.Put put = puts.get(at);
        var unused = granters.get(put.side())
                .put(space, put.life(), put.revision(), put.next(), put.notAfter())
                .whenComplete((done, failure) -> {
                    if (failure == null && done) {
                        tell(put);
                        write(puts, at + 1, number, look);
                    } else {
                        // Somebody else was quicker, or it has failed just now: what is true now is to be seen anew.
                        round(number + 1, look);
                    }
                });
    }

    private void tell(Plan.Put put) {
        put.news()
                .ifPresent(news -> events.publish(new StorageEvent.LockAuthorityChanged(
                        Instant.ofEpochMilli(time.clock().wallMillis()),
                        space,
                        granters.get(put.side()).name(),
                        news.cause(),
                        Duration.ofMillis(news.drainMillis()))));
    }

    @Override
    public void stop() {
        stopped = true;
    }
}
