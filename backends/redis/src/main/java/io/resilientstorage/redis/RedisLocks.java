package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.LockTerms;
import io.resilientstorage.backend.ReleaseWatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The locks in Redis. Each step is one run of {@code locks.lua}, in which all is decided.
 *
 * <p>All keys of a lock space are in one slot, so that in a Cluster they are at one server. The life that a step tells
 * is that of this server, as it says itself in this very step: what a connection was told when it was made may be over,
 * for a server that becomes a replica, and a master again, keeps its connections. Only the process does not change
 * under a connection. So its run id, the half of the life that takes the server longer to tell, is told to it where one
 * connection leads to one server.
 *
 * <p>A server that may evict keeps no locks, for it would drop them first: they are small, and end soon. What it says
 * of that is asked when connecting and with each probe, as for the misses of reads; releases are done all the same.
 */
final class RedisLocks implements LockStore {

    private static final Map<Character, LockStatus> STATUSES = Map.ofEntries(
            Map.entry('G', LockStatus.GRANTED),
            Map.entry('R', LockStatus.RELEASED),
            Map.entry('C', LockStatus.COPIED),
            Map.entry('L', LockStatus.LATE),
            Map.entry('N', LockStatus.NO_AUTHORITY),
            Map.entry('O', LockStatus.OTHER_LIFE),
            Map.entry('D', LockStatus.DISAGREES),
            Map.entry('I', LockStatus.INACTIVE),
            Map.entry('T', LockStatus.LAPSED),
            Map.entry('W', LockStatus.DRAINING),
            Map.entry('E', LockStatus.NEWER_EPOCH),
            Map.entry('H', LockStatus.HELD),
            Map.entry('Z', LockStatus.LOST),
            Map.entry('X', LockStatus.NOT_HELD),
            Map.entry('F', LockStatus.FULL));

    /** The lower bits of a token, which a number of Lua can hold, and the epoch above them, which it can too. */
    private static final int REST_BITS = 21;

    private static final char UNREADABLE = 'U';
    private static final String READ = "G";
    private static final String PUT = "P";

    /** Where in an answer the authority record begins. */
    private static final int RECORD = 6;

    private final Servers servers;
    private final Releases releases;
    private final Duration timeout;

    RedisLocks(Servers servers, Releases releases, Duration timeout) {
        this.servers = servers;
        this.releases = releases;
        this.timeout = timeout;
    }

    @Override
    public CompletionStage<AuthorityReply> authority(String space) {
        List<byte[]> keys = List.of(PhysicalKey.ofLockSpace(space));
        ScriptCall read = new ScriptCall(LuaScript.LOCKS, keys, ScriptCall.bytes(READ));
        return runUnlessEvicted(wire -> read, timeout).thenApply(answer -> {
            status(answer);
            return new AuthorityReply(authority(answer), life(answer), answer.number(1));
        });
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(
            String space, Incarnation life, long expectedRevision, Authority next, long notAfter) {
        List<byte[]> keys = List.of(PhysicalKey.ofLockSpace(space));
        List<byte[]> arguments = ScriptCall.bytes(
                PUT,
                life.id(),
                Long.toString(expectedRevision),
                next.active() ? "1" : "0",
                Long.toString(next.epoch()),
                Integer.toString(next.number()),
                Long.toString(next.floor()),
                Long.toString(next.grantsFrom()),
                Long.toString(next.activeUntil()),
                Long.toString(next.peerActiveUntil()),
                next.terms().text(),
                Long.toString(notAfter));
        ScriptCall put = new ScriptCall(LuaScript.LOCKS, keys, arguments);
        return runUnlessEvicted(wire -> put, timeout).thenApply(answer -> {
            if (answer.items().get(0) instanceof Long done) {
                return done == 1;
            }
            throw unreadable();
        });
    }

    @Override
    public CompletionStage<LockReply> perform(LockRequest request) {
        List<byte[]> keys =
                List.of(PhysicalKey.ofLockSpace(request.space()), PhysicalKey.ofLock(request.space(), request.name()));
        return (request.action() == LockAction.RELEASE
                        ? servers.withWire(wire -> run(wire, step(keys, request, wire), request.timeout()))
                        : runUnlessEvicted(wire -> step(keys, request, wire), request.timeout()))
                .thenApply(RedisLocks::reply);
    }

    private static ScriptCall step(List<byte[]> keys, LockRequest request, Wire wire) {
        List<byte[]> arguments = List.of(
                letter(request.action()),
                request.owner().getBytes(UTF_8),
                ascii(request.ttlMillis()),
                request.terms().text().getBytes(US_ASCII),
                ascii(request.notAfter()),
                ascii(request.token() >> REST_BITS),
                ascii(request.token() & (1L << REST_BITS) - 1),
                wire.runId().getBytes(US_ASCII));
        return new ScriptCall(LuaScript.LOCKS, keys, arguments);
    }

    @Override
    public Optional<ReleaseWatch> watchReleases(String space, ReleaseWatch.Listener listener) {
        return Optional.of(releases.watch(space, listener));
    }

    /** Where all that was granted is sure to be kept until it ends. */
    private CompletionStage<Reply.Answer> runUnlessEvicted(Function<Wire, ScriptCall> call, Duration time) {
        return servers.withWire(wire -> {
            if (wire.evicted()) {
                throw BackendException.refused(
                        "it may drop locks to make room: its maxmemory-policy must be noeviction, and evicted_keys 0");
            }
            return run(wire, call.apply(wire), time);
        });
    }

    private static CompletionStage<Reply.Answer> run(Wire wire, ScriptCall call, Duration time) {
        return ScriptCall.runOne(wire, call, time).thenApply(Reply::orThrow);
    }

    private static byte[] letter(LockAction action) {
        return (switch (action) {
                    case ACQUIRE -> "A";
                    case RENEW -> "N";
                    case RELEASE -> "R";
                    case COPY -> "C";
                })
                .getBytes(US_ASCII);
    }

    private static byte[] ascii(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    private static LockReply reply(Reply.Answer answer) {
        LockStatus status = status(answer);
        Optional<Authority> authority = authority(answer);
        long now = answer.number(1);
        long end = status == LockStatus.DRAINING
                ? authority.map(Authority::grantsFrom).orElse(now)
                : answer.number(3);
        return new LockReply(
                status,
                answer.number(4) << REST_BITS | answer.number(5),
                end == 0 ? 0 : end - now,
                now,
                life(answer),
                authority);
    }

    private static LockStatus status(Reply.Answer answer) {
        char letter = answer.text(0).charAt(0);
        LockStatus status = STATUSES.get(letter);
        if (letter == UNREADABLE) {
            throw unreadable();
        }
        if (status == null) {
            throw BackendException.noAnswer("the script answered something unknown");
        }
        return status;
    }

    private static BackendException unreadable() {
        return BackendException.refused("a lock, or who may grant it, has a format that this version does not know");
    }

    private static Incarnation life(Reply.Answer answer) {
        return new Incarnation(answer.text(2));
    }

    private static Optional<Authority> authority(Reply.Answer answer) {
        if (answer.items().size() == RECORD) {
            return Optional.empty();
        }
        return Optional.of(new Authority(
                answer.number(RECORD),
                answer.number(RECORD + 1) == 1,
                answer.number(RECORD + 2),
                (int) answer.number(RECORD + 3),
                (int) answer.number(RECORD + 4),
                answer.number(RECORD + 5),
                answer.number(RECORD + 6),
                answer.number(RECORD + 7),
                answer.number(RECORD + 8),
                terms(answer.text(RECORD + 9)),
                new Incarnation(answer.text(RECORD + 10))));
    }

    private static LockTerms terms(String text) {
        try {
            return LockTerms.parse(text);
        } catch (IllegalArgumentException e) {
            throw unreadable();
        }
    }
}
