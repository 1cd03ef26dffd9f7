package io.resilientstorage.lock;

import io.resilientstorage.api.LockScope;
import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.backend.LockTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Asks the first backend that seems to be well, each of which grants for itself. Two processes that see the backends in
 * another way get the same lock from two of them.
 */
final class BestEffortKeeper implements Keeper {

    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final List<AuthorityKeeper> keepers;

    /** @param keepers those of each backend alone, the best first */
    BestEffortKeeper(List<AuthorityKeeper> keepers) {
        this.keepers = List.copyOf(keepers);
    }

    private AuthorityKeeper current() {
        for (AuthorityKeeper keeper : keepers) {
            Granter granter = keeper.target();
            boolean failedJustNow = granter.fails() && !granter.failsFor(AGAIN);
            if (granter.isRoutable() && !failedJustNow) {
                return keeper;
            }
        }
        return keepers.get(0);
    }

    @Override
    public Mandate mandate() {
        return current().mandate();
    }

    @Override
    public Mandate mandate(Granter granter) {
        return new Mandate(granter, terms(), Optional.empty());
    }

    @Override
    public List<Granter> granters() {
        List<Granter> all = new ArrayList<>();
        all.add(target());
        keepers.stream()
                .map(AuthorityKeeper::target)
                .filter(other -> !all.contains(other))
                .forEach(all::add);
        return all;
    }

    @Override
    public LockTerms terms() {
        return keepers.get(0).terms();
    }

    @Override
    public LockScope scope(Granter granter) {
        return keepers.stream()
                .filter(keeper -> keeper.target() == granter)
                .findFirst()
                .orElseThrow()
                .scope(granter);
    }

    @Override
    public boolean isReady() {
        return current().isReady();
    }

    @Override
    public CompletableFuture<Optional<LockUnavailable>> look() {
        return current().look();
    }

    @Override
    public void stop() {
        keepers.forEach(AuthorityKeeper::stop);
    }
}
