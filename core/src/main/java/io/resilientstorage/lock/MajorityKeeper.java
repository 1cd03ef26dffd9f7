package io.resilientstorage.lock;

import io.resilientstorage.api.LockScope;
import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.backend.LockTerms;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Sees to it that enough voters may vote, and has locks asked for at all of them together.
 *
 * @param voters who sees to each of them
 * @param together all of them as one
 */
record MajorityKeeper(AuthorityKeeper voters, Granter together) implements Keeper {

    @Override
    public Granter target() {
        return together;
    }

    @Override
    public List<Granter> granters() {
        return List.of(together);
    }

    @Override
    public LockTerms terms() {
        return voters.terms();
    }

    @Override
    public LockScope scope(Granter granter) {
        return LockScope.SHARED;
    }

    @Override
    public boolean isReady() {
        return voters.isReady();
    }

    @Override
    public CompletableFuture<Optional<LockUnavailable>> look() {
        return voters.look();
    }

    @Override
    public void stop() {
        voters.stop();
    }
}
