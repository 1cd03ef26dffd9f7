package io.resilientstorage.backend;

import java.util.Optional;

/**
 * The one rule by which every backend decides about a lock. A pure function: adapters that hold a lock of their own
 * while they decide call it, and those that decide inside the server are tested against it.
 *
 * @param nowMillis the backend's own clock
 * @param incarnation the life that the backend has
 */
public record LockRule(long nowMillis, Incarnation incarnation) {

    /**
     * What is to be done.
     *
     * @param reply the answer
     * @param authority the authority record that is to stand afterwards
     * @param lock the lock that is to stand afterwards, empty for none
     */
    public record Verdict(LockReply reply, Optional<Authority> authority, Optional<LockRecord> lock) {}

    /**
     * Decides a step with a lock.
     *
     * @param request what is asked
     * @param authority the authority record that stands
     * @param lock what stands under the name of the lock: held, ended, or nothing
     */
    public Verdict decide(LockRequest request, Optional<Authority> authority, Optional<LockRecord> lock) {
        return new Step(request, authority, lock.filter(held -> held.isLive(nowMillis))).decide();
    }

    /**
     * Decides about a change of the authority record. It is refused
     *
     * <ul>
     *   <li>in another life than was meant,
     *   <li>if another revision stands,
     *   <li>after its not-after time,
     *   <li>if it would bring in an epoch that is not above all that were seen here, unless it is 0, which grants
     *       nothing. The epoch that stands may stay only in the life in which it was written: in another one it is not
     *       known how many of its tokens were granted.
     * </ul>
     *
     * <p>The counter stays with its epoch and begins at 0 with another. The floor never goes down: what a copy has told
     * since the record was read is kept.
     *
     * @param life the life that is meant
     * @param expectedRevision the revision that must stand, 0 for no record
     * @param next what is to stand
     * @param notAfter after which time it must not be put there
     * @param standing what stands
     * @return what is to be stored, empty if it is refused
     */
    public Optional<Authority> replace(
            Incarnation life, long expectedRevision, Authority next, long notAfter, Optional<Authority> standing) {
        long revision = standing.map(Authority::revision).orElse(0L);
        if (!life.equals(incarnation) || revision != expectedRevision || nowMillis > notAfter) {
            return Optional.empty();
        }
        long floor = standing.map(Authority::floor).orElse(0L);
        boolean sameEpoch = standing.isPresent()
                && standing.get().epoch() == next.epoch()
                && standing.get().incarnation().equals(incarnation);
        if (!sameEpoch && next.epoch() != 0 && next.epoch() <= floor) {
            return Optional.empty();
        }
        return Optional.of(new Authority(
                revision + 1,
                next.active(),
                next.epoch(),
                sameEpoch ? standing.get().counter() : 0,
                next.number(),
                Math.max(floor, Math.max(next.floor(), next.epoch())),
                next.grantsFrom(),
                next.activeUntil(),
                next.peerActiveUntil(),
                next.terms(),
                incarnation));
    }

    /** One decision; the lock that is given is live. */
    private final class Step {

        private final LockRequest request;
        private final Optional<Authority> authority;
        private final Optional<LockRecord> live;

        Step(LockRequest request, Optional<Authority> authority, Optional<LockRecord> live) {
            this.request = request;
            this.authority = authority;
            this.live = live;
        }

        Verdict decide() {
            if (nowMillis > request.notAfter()) {
                return refuse(LockStatus.LATE);
            }
            if (request.action() == LockAction.RELEASE) {
                return release();
            }
            if (authority.isEmpty()) {
                return refuse(LockStatus.NO_AUTHORITY);
            }
            Authority standing = authority.get();
            if (!standing.incarnation().equals(incarnation)) {
                return refuseBy(standing, LockStatus.OTHER_LIFE);
            }
            if (!standing.terms().equals(request.terms())) {
                return refuseBy(standing, LockStatus.DISAGREES);
            }
            if (request.action() == LockAction.COPY) {
                return copy(standing);
            }
            if (!standing.isInForce()) {
                return refuseBy(standing, LockStatus.INACTIVE);
            }
            if (nowMillis >= standing.activeUntil()) {
                return refuseBy(standing, LockStatus.LAPSED);
            }
            if (nowMillis < standing.grantsFrom()) {
                return refuseBy(standing, LockStatus.DRAINING);
            }
            return request.action() == LockAction.RENEW ? renew() : acquire(standing);
        }

        private Verdict release() {
            return isHeldByOwner(request.token() == FencingToken.NONE)
                    ? new Verdict(
                            reply(LockStatus.RELEASED, Optional.empty(), Optional.empty()), authority, Optional.empty())
                    : refuse(LockStatus.NOT_HELD);
        }

        private Verdict copy(Authority standing) {
            long epoch = FencingToken.of(request.token()).epoch();
            if (standing.floor() > epoch) {
                return refuseBy(standing, LockStatus.NEWER_EPOCH);
            }
            if (live.isPresent() && live.get().token() > request.token()) {
                return refuse(LockStatus.LOST);
            }
            LockRecord copied = isHeldByOwner(false)
                    ? live.get().heldUntil(endIfGranted())
                    : new LockRecord(request.owner(), request.token(), endIfGranted());
            return store(LockStatus.COPIED, standing.knowing(epoch), copied);
        }

        private Verdict renew() {
            return isHeldByOwner(request.token() == FencingToken.NONE) ? extend() : refuse(LockStatus.LOST);
        }

        private Verdict acquire(Authority standing) {
            if (isHeldByOwner(true)) {
                return extend();
            }
            if (live.isPresent()) {
                return refuse(LockStatus.HELD);
            }
            if (standing.isFull()) {
                return refuseBy(standing, LockStatus.FULL);
            }
            FencingToken token = new FencingToken(standing.epoch(), standing.number(), standing.counter());
            return store(
                    LockStatus.GRANTED,
                    standing.afterGrant(),
                    new LockRecord(request.owner(), token.value(), endIfGranted()));
        }

        private boolean isHeldByOwner(boolean underAnyToken) {
            return live.isPresent()
                    && live.get().owner().equals(request.owner())
                    && (underAnyToken || live.get().token() == request.token());
        }

        private long endIfGranted() {
            return nowMillis + request.ttlMillis();
        }

        private Verdict extend() {
            return store(LockStatus.GRANTED, authority.get(), live.get().heldUntil(endIfGranted()));
        }

        private Verdict store(LockStatus status, Authority next, LockRecord held) {
            return new Verdict(
                    reply(status, Optional.of(held), Optional.empty()), Optional.of(next), Optional.of(held));
        }

        private Verdict refuse(LockStatus status) {
            Optional<LockRecord> told = status == LockStatus.HELD ? live : Optional.empty();
            return new Verdict(reply(status, told, Optional.empty()), authority, live);
        }

        private Verdict refuseBy(Authority standing, LockStatus status) {
            return new Verdict(reply(status, Optional.empty(), Optional.of(standing)), authority, live);
        }

        private LockReply reply(LockStatus status, Optional<LockRecord> held, Optional<Authority> why) {
            long remaining = status == LockStatus.DRAINING
                    ? why.get().grantsFrom() - nowMillis
                    : held.map(lock -> lock.endMillis() - nowMillis).orElse(0L);
            long token = status == LockStatus.HELD
                    ? FencingToken.NONE
                    : held.map(LockRecord::token).orElse(FencingToken.NONE);
            return new LockReply(status, token, remaining, nowMillis, incarnation, why);
        }
    }
}
