package io.resilientstorage.testkit.contract;

import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockRecord;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockRule;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.ReleaseWatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** The locks of a {@link MapBackend}, behind the backend's own lock. The methods are there to be broken. */
class MapLocks implements LockStore {

    /** Who listens. */
    record Watch(String space, ReleaseWatch.Listener listener) {}

    private final MapBackend backend;
    private final Map<String, Authority> authorities = new HashMap<>();
    private final Map<String, LockRecord> held = new HashMap<>();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();

    MapLocks(MapBackend backend) {
        this.backend = backend;
    }

    long now() {
        return backend.now();
    }

    /** Called under the backend's lock. */
    void useUpTokens(String space, int left) {
        authorities.computeIfPresent(
                space, (any, standing) -> LockMistakes.withCounter(standing, FencingToken.COUNTERS - left));
    }

    @Override
    public CompletionStage<AuthorityReply> authority(String space) {
        synchronized (backend) {
            return CompletableFuture.completedFuture(new AuthorityReply(standing(space), backend.incarnation(), now()));
        }
    }

    private Optional<Authority> standing(String space) {
        return Optional.ofNullable(authorities.get(space));
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(
            String space, Incarnation life, long expectedRevision, Authority next, long notAfter) {
        synchronized (backend) {
            if (!inTime(notAfter)) {
                return CompletableFuture.completedFuture(false);
            }
            Optional<Authority> stored = replace(life, expectedRevision, next, standing(space));
            stored.ifPresent(authority -> authorities.put(space, authority));
            return CompletableFuture.completedFuture(stored.isPresent());
        }
    }

    Optional<Authority> replace(Incarnation life, long expectedRevision, Authority next, Optional<Authority> standing) {
        return rule().replace(life, expectedRevision, next, ApplyRequest.NO_LIMIT, standing);
    }

    boolean inTime(long notAfter) {
        return now() <= notAfter;
    }

    LockRule rule() {
        return new LockRule(now(), backend.incarnation());
    }

    @Override
    public CompletionStage<LockReply> perform(LockRequest request) {
        synchronized (backend) {
            LockRule.Verdict verdict = verdict(request);
            store(request, verdict);
            return CompletableFuture.completedFuture(verdict.reply());
        }
    }

    /** Called under the backend's lock. */
    LockRule.Verdict verdict(LockRequest request) {
        return decide(
                request,
                standing(request.space()),
                Optional.ofNullable(held.get(place(request.space(), request.name()))));
    }

    /** Called under the backend's lock. */
    void store(LockRequest request, LockRule.Verdict verdict) {
        String place = place(request.space(), request.name());
        verdict.authority().ifPresent(authority -> authorities.put(request.space(), authority));
        verdict.lock().ifPresentOrElse(lock -> held.put(place, lock), () -> held.remove(place));
        if (verdict.reply().status() == LockStatus.RELEASED) {
            tell(request.space(), request.name());
        }
    }

    @Override
    public Optional<ReleaseWatch> watchReleases(String space, ReleaseWatch.Listener listener) {
        Watch watch = new Watch(space, listener);
        watches.add(watch);
        listener.begun();
        return Optional.of(() -> leave(watch));
    }

    List<Watch> watches() {
        return watches;
    }

    void leave(Watch watch) {
        watches.remove(watch);
    }

    void tell(String space, String name) {
        watches.stream()
                .filter(watch -> watch.space().equals(space))
                .forEach(watch -> watch.listener().released(name));
    }

    String place(String space, String name) {
        return space + "/" + name;
    }

    LockRule.Verdict decide(LockRequest request, Optional<Authority> authority, Optional<LockRecord> lock) {
        return rule().decide(request, authority, lock);
    }
}
