package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.LockTerms;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What the tests of locks ask of a backend, in one lock space. */
record LockCalls(Subject subject, String space) {

    static final LockTerms TERMS = new LockTerms("FAILOVER:a,b", 60_000, false);

    /** Long enough for a lock to be held until the test is over. */
    static final long LONG = 60_000;

    private static final Incarnation ANY = new Incarnation("any");

    LockStore store() {
        return subject.backend().locks().orElseThrow(() -> new AssertionError("the backend declares no locks"));
    }

    AuthorityReply authority() {
        return subject.await(store().authority(space));
    }

    Authority standing() {
        return authority().authority().orElseThrow(() -> new AssertionError("no authority record stands"));
    }

    boolean set(long expectedRevision, Authority next) {
        return set(authority().incarnation(), expectedRevision, next);
    }

    boolean set(Incarnation life, long expectedRevision, Authority next) {
        return set(life, expectedRevision, next, ApplyRequest.NO_LIMIT);
    }

    boolean set(Incarnation life, long expectedRevision, Authority next, long notAfter) {
        return subject.await(store().compareAndSet(space, life, expectedRevision, next, notAfter));
    }

    /** Makes this backend the authority, under the first epoch that it may have, without any bounds of time. */
    Authority begin() {
        return put(standing -> active(standing.nextEpoch(authority().serverMillis())));
    }

    /** Puts another record in the place of what stands, or of an empty one. */
    Authority put(UnaryOperator<Authority> change) {
        Optional<Authority> standing = authority().authority();
        Authority next = change.apply(standing.orElseGet(() -> passive(0)));
        assertThat(set(standing.map(Authority::revision).orElse(0L), next))
                .as("%s was put in the place of %s", next, standing)
                .isTrue();
        return standing();
    }

    /** A record of this epoch that grants at any time. */
    static Authority active(long epoch) {
        return new Authority(0, true, epoch, 0, 3, 0, 0, Authority.NO_END, 0, TERMS, ANY);
    }

    /** A record that grants nothing. */
    static Authority passive(long floor) {
        return new Authority(0, false, 0, 0, 3, floor, 0, Authority.NO_END, 0, TERMS, ANY);
    }

    /** The same, which has heard of a newer epoch than its own, and may grant until then. */
    static Authority knowingOfANewerEpoch(Authority standing, long until) {
        return new Authority(
                0, true, standing.epoch(), 0, 3, standing.epoch() + 1, 0, until, 0, TERMS, standing.incarnation());
    }

    /** The same, switched on or off. */
    static Authority switched(Authority a, boolean active) {
        return new Authority(
                0,
                active,
                a.epoch(),
                0,
                a.number(),
                a.floor(),
                a.grantsFrom(),
                a.activeUntil(),
                a.peerActiveUntil(),
                a.terms(),
                a.incarnation());
    }

    /** The same, for another time. */
    static Authority between(Authority authority, long grantsFrom, long activeUntil) {
        return new Authority(
                0,
                authority.active(),
                authority.epoch(),
                0,
                authority.number(),
                authority.floor(),
                grantsFrom,
                activeUntil,
                authority.peerActiveUntil(),
                authority.terms(),
                ANY);
    }

    /** The same under other terms. */
    static Authority under(Authority authority, LockTerms terms) {
        return new Authority(
                0,
                authority.active(),
                authority.epoch(),
                0,
                authority.number(),
                authority.floor(),
                authority.grantsFrom(),
                authority.activeUntil(),
                authority.peerActiveUntil(),
                terms,
                ANY);
    }

    LockReply acquire(String name, String owner) {
        return acquire(name, owner, LONG);
    }

    LockReply acquire(String name, String owner, long ttlMillis) {
        return perform(LockAction.ACQUIRE, name, owner, ttlMillis, FencingToken.NONE);
    }

    LockReply renew(String name, String owner, long token, long ttlMillis) {
        return perform(LockAction.RENEW, name, owner, ttlMillis, token);
    }

    LockReply release(String name, String owner, long token) {
        return perform(LockAction.RELEASE, name, owner, 1, token);
    }

    LockReply copy(String name, String owner, long token, long ttlMillis) {
        return perform(LockAction.COPY, name, owner, ttlMillis, token);
    }

    private LockReply perform(LockAction action, String name, String owner, long ttlMillis, long token) {
        return perform(action, name, owner, ttlMillis, token, ApplyRequest.NO_LIMIT);
    }

    LockReply perform(LockAction action, String name, String owner, long ttlMillis, long token, long notAfter) {
        return perform(new LockRequest(action, space, name, owner, ttlMillis, TERMS, token, notAfter, Subject.TIMEOUT));
    }

    LockReply perform(LockRequest request) {
        return subject.await(store().perform(request));
    }

    /** Grants a free lock, and tells its token. */
    long granted(String name, String owner, long ttlMillis) {
        LockReply reply = acquire(name, owner, ttlMillis);
        assertThat(reply.status()).as("%s wants '%s'", owner, name).isEqualTo(LockStatus.GRANTED);
        return reply.token();
    }

    long granted(String name, String owner) {
        return granted(name, owner, LONG);
    }

    /** Waits until the backend's own clock has come to this moment. */
    void awaitServerMillis(long millis) {
        await("the backend's clock")
                .pollInterval(Duration.ofMillis(5))
                .until(() -> authority().serverMillis() >= millis);
    }

    /** A token of an epoch, as another backend grants it. */
    static long foreign(long epoch, int counter) {
        return new FencingToken(epoch, 5, counter).value();
    }

    static void assertStatus(LockReply reply, LockStatus status) {
        assertThat(reply.status()).as("%s", reply).isEqualTo(status);
    }
}
