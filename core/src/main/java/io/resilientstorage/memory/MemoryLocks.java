package io.resilientstorage.memory;

import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockRecord;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockRule;
import io.resilientstorage.time.ReferenceClock;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The locks of an open memory backend: each lock space has its authority record and its locks behind one monitor, and
 * decides there by {@link LockRule}. What has ended is removed when it is met, and by a sweep.
 *
 * <p>Its clock is the process's own, which only goes forward, and not the shared one: that is set right when the offset
 * of another machine's clock is measured, and a lock would end before its time. The not-after time of a request was
 * reckoned by the shared clock, and is judged by it.
 */
final class MemoryLocks {

    /** About what a lock takes beside its two texts, and what an authority record takes. */
    private static final int OVERHEAD = 200;

    private static final int RECORD = 600;

    private final ReferenceClock clock;
    private final Incarnation incarnation;
    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final Map<String, Space> spaces = new ConcurrentHashMap<>();

    MemoryLocks(ReferenceClock clock, Incarnation incarnation, long maxBytes) {
        this.clock = clock;
        this.incarnation = incarnation;
        this.maxBytes = maxBytes;
    }

    AuthorityReply authority(String space) {
        Space found = spaces.get(space);
        return new AuthorityReply(
                found == null ? Optional.empty() : found.authority(), incarnation, clock.localMillis());
    }

    /** @throws BackendException if there is no room for another lock space */
    boolean compareAndSet(String name, Incarnation life, long expectedRevision, Authority next, long notAfter) {
        Space space = spaces.get(name);
        if (space == null) {
            if (rule().replace(life, expectedRevision, next, notAfter, Optional.empty())
                    .isEmpty()) {
                return false;
            }
            space = spaces.computeIfAbsent(name, any -> {
                take(RECORD);
                return new Space();
            });
        }
        return space.compareAndSet(life, expectedRevision, next, notAfter);
    }

    /** @throws BackendException if there is no room for another lock */
    LockReply perform(LockRequest request) {
        Space space = spaces.get(request.space());
        LockRequest judged = onOwnClock(request);
        return space == null
                ? rule().decide(judged, Optional.empty(), Optional.empty()).reply()
                : space.perform(judged);
    }

    private LockRequest onOwnClock(LockRequest request) {
        return request.notAfter() == ApplyRequest.NO_LIMIT
                ? request
                : request.withNotAfter(request.notAfter() - clock.offsetMillis());
    }

    /** Removes the locks that have ended. */
    void sweep() {
        spaces.values().forEach(Space::sweep);
    }

    /** About how many bytes are taken. */
    long bytes() {
        return bytes.get();
    }

    private LockRule rule() {
        return new LockRule(clock.localMillis(), incarnation);
    }

    private void take(long more) {
        if (bytes.addAndGet(more) > maxBytes) {
            bytes.addAndGet(-more);
            throw BackendException.overloaded("at most " + maxBytes + " bytes of locks are kept in memory");
        }
    }

    private static long size(String name, LockRecord lock) {
        return OVERHEAD + 2L * (name.length() + lock.owner().length());
    }

    /** One lock space. */
    private final class Space {

        private Optional<Authority> authority = Optional.empty();
        private final Map<String, LockRecord> locks = new HashMap<>();

        synchronized Optional<Authority> authority() {
            return authority;
        }

        synchronized boolean compareAndSet(Incarnation life, long expectedRevision, Authority next, long notAfter) {
            Optional<Authority> stored = rule().replace(life, expectedRevision, next, notAfter, authority);
            authority = stored.or(() -> authority);
            return stored.isPresent();
        }

        synchronized LockReply perform(LockRequest request) {
            @Nullable LockRecord standing = locks.get(request.name());
            LockRule.Verdict verdict = rule().decide(request, authority, Optional.ofNullable(standing));
            LockRecord next = verdict.lock().orElse(null);
            if (!Objects.equals(next, standing)) {
                put(request.name(), standing, next);
            }
            authority = verdict.authority();
            return verdict.reply();
        }

        private void put(String name, @Nullable LockRecord standing, @Nullable LockRecord next) {
            take((next == null ? 0 : size(name, next)) - (standing == null ? 0 : size(name, standing)));
            if (next == null) {
                locks.remove(name);
            } else {
                locks.put(name, next);
            }
        }

        synchronized void sweep() {
            long now = clock.localMillis();
            locks.entrySet().removeIf(entry -> {
                boolean over = !entry.getValue().isLive(now);
                if (over) {
                    bytes.addAndGet(-size(entry.getKey(), entry.getValue()));
                }
                return over;
            });
        }
    }
}
