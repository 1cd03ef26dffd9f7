package io.resilientstorage.testkit.contract;

import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockRecord;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockRule;
import io.resilientstorage.backend.LockStatus;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Backends whose locks have one mistake each, as adapters really make them. */
final class LockMistakes {

    private LockMistakes() {}

    /** A backend with such locks. */
    static class Mistaken extends MapBackend {
        Mistaken(Function<MapBackend, MapLocks> locks) {
            super(locks);
        }
    }

    /** Decides with another record of the authority. */
    abstract static class OtherAuthority extends MapLocks {
        OtherAuthority(MapBackend backend) {
            super(backend);
        }

        abstract Authority seen(LockRequest request, Authority authority);

        @Override
        LockRule.Verdict decide(LockRequest request, Optional<Authority> authority, Optional<LockRecord> lock) {
            LockRule.Verdict verdict = super.decide(request, authority.map(standing -> seen(request, standing)), lock);
            Optional<Authority> next = authority.map(standing ->
                    withCounter(standing, verdict.authority().orElseThrow().counter()));
            return new LockRule.Verdict(verdict.reply(), next, verdict.lock());
        }
    }

    static Authority withCounter(Authority a, int counter) {
        return with(a, a.active(), counter, a.floor(), a.grantsFrom(), a.activeUntil(), a.incarnation());
    }

    private static Authority with(
            Authority a, boolean active, int counter, long floor, long from, long until, Incarnation life) {
        return new Authority(
                a.revision(),
                active,
                a.epoch(),
                counter,
                a.number(),
                floor,
                from,
                until,
                a.peerActiveUntil(),
                a.terms(),
                life);
    }

    static class DoesNotDrain extends Mistaken {
        DoesNotDrain() {
            super(backend -> new OtherAuthority(backend) {
                @Override
                Authority seen(LockRequest request, Authority a) {
                    return with(a, a.active(), a.counter(), a.floor(), 0, a.activeUntil(), a.incarnation());
                }
            });
        }
    }

    static class NeverLapses extends Mistaken {
        NeverLapses() {
            super(backend -> new OtherAuthority(backend) {
                @Override
                Authority seen(LockRequest request, Authority a) {
                    return with(
                            a, a.active(), a.counter(), a.floor(), a.grantsFrom(), Authority.NO_END, a.incarnation());
                }
            });
        }
    }

    static class GrantsInAnyLife extends Mistaken {
        GrantsInAnyLife() {
            super(backend -> new OtherAuthority(backend) {
                @Override
                Authority seen(LockRequest request, Authority a) {
                    return with(
                            a,
                            a.active(),
                            a.counter(),
                            a.floor(),
                            a.grantsFrom(),
                            a.activeUntil(),
                            backend.incarnation());
                }
            });
        }
    }

    static class ForgetsWhatCopiesTell extends Mistaken {
        ForgetsWhatCopiesTell() {
            super(backend -> new OtherAuthority(backend) {
                @Override
                Authority seen(LockRequest request, Authority a) {
                    return a;
                }
            });
        }
    }

    static class TakesCopiesUnderANewerEpoch extends Mistaken {
        TakesCopiesUnderANewerEpoch() {
            super(backend -> new OtherAuthority(backend) {
                @Override
                Authority seen(LockRequest request, Authority a) {
                    long floor = request.action() == LockAction.COPY ? 0 : a.floor();
                    return with(a, a.active(), a.counter(), floor, a.grantsFrom(), a.activeUntil(), a.incarnation());
                }
            });
        }
    }

    /** Decides about another request. */
    abstract static class OtherRequest extends MapLocks {
        OtherRequest(MapBackend backend) {
            super(backend);
        }

        abstract LockRequest seen(LockRequest request, Optional<LockRecord> lock);

        @Override
        LockRule.Verdict decide(LockRequest request, Optional<Authority> authority, Optional<LockRecord> lock) {
            return super.decide(seen(request, lock), authority, lock);
        }

        static LockRequest with(LockRequest r, String owner, long token, long notAfter) {
            return new LockRequest(
                    r.action(), r.space(), r.name(), owner, r.ttlMillis(), r.terms(), token, notAfter, r.timeout());
        }
    }

    static class ComesLate extends Mistaken {
        ComesLate() {
            super(backend -> new OtherRequest(backend) {
                @Override
                LockRequest seen(LockRequest r, Optional<LockRecord> lock) {
                    return with(r, r.owner(), r.token(), ApplyRequest.NO_LIMIT);
                }
            });
        }
    }

    static class ReleasesForAnybody extends Mistaken {
        ReleasesForAnybody() {
            super(backend -> new OtherRequest(backend) {
                @Override
                LockRequest seen(LockRequest r, Optional<LockRecord> lock) {
                    return r.action() == LockAction.RELEASE && lock.isPresent()
                            ? with(r, lock.get().owner(), lock.get().token(), r.notAfter())
                            : r;
                }
            });
        }
    }

    static class RenewsUnderAnyToken extends Mistaken {
        RenewsUnderAnyToken() {
            super(backend -> new OtherRequest(backend) {
                @Override
                LockRequest seen(LockRequest r, Optional<LockRecord> lock) {
                    return r.action() == LockAction.RENEW && lock.isPresent()
                            ? with(r, r.owner(), lock.get().token(), r.notAfter())
                            : r;
                }
            });
        }
    }

    static class FoldsOwners extends Mistaken {
        FoldsOwners() {
            super(backend -> new OtherRequest(backend) {
                @Override
                LockRequest seen(LockRequest r, Optional<LockRecord> lock) {
                    return with(r, r.owner().toLowerCase(Locale.ROOT), r.token(), r.notAfter());
                }
            });
        }
    }

    static class KeepsTokensAsDoubles extends Mistaken {
        KeepsTokensAsDoubles() {
            super(backend -> new MapLocks(backend) {
                @Override
                LockRule.Verdict decide(LockRequest request, Optional<Authority> authority, Optional<LockRecord> lock) {
                    LockRule.Verdict verdict = super.decide(request, authority, lock);
                    return new LockRule.Verdict(
                            verdict.reply(),
                            verdict.authority(),
                            verdict.lock()
                                    .map(held -> new LockRecord(
                                            held.owner(), (long) (double) held.token(), held.endMillis())));
                }
            });
        }
    }

    static class KeepsLocksForEver extends Mistaken {
        KeepsLocksForEver() {
            super(backend -> new MapLocks(backend) {
                @Override
                LockRule.Verdict decide(LockRequest request, Optional<Authority> authority, Optional<LockRecord> lock) {
                    Optional<LockRecord> kept =
                            lock.map(held -> new LockRecord(held.owner(), held.token(), held.endMillis() + 600_000));
                    return super.decide(request, authority, kept);
                }
            });
        }
    }

    static class JudgesLocksByTheWallClock extends Mistaken {
        JudgesLocksByTheWallClock() {
            super(backend -> new MapLocks(backend) {
                @Override
                long now() {
                    return backend.context().time().clock().wallMillis();
                }
            });
        }
    }

    static class ShortensLocks extends Mistaken {
        ShortensLocks() {
            super(backend -> new MapLocks(backend) {
                @Override
                LockRule.Verdict decide(LockRequest request, Optional<Authority> authority, Optional<LockRecord> lock) {
                    LockRule.Verdict verdict = super.decide(request, authority, lock);
                    LockReply reply = verdict.reply();
                    if (reply.status() != LockStatus.GRANTED && reply.status() != LockStatus.COPIED) {
                        return verdict;
                    }
                    LockReply told = new LockReply(
                            reply.status(),
                            reply.token(),
                            request.ttlMillis(),
                            reply.serverMillis(),
                            reply.incarnation(),
                            reply.authority());
                    return new LockRule.Verdict(
                            told,
                            verdict.authority(),
                            Optional.of(new LockRecord(
                                    request.owner(), reply.token(), reply.serverMillis() + request.ttlMillis())));
                }
            });
        }
    }

    static class LetsLateCopiesWin extends Mistaken {
        LetsLateCopiesWin() {
            super(backend -> new MapLocks(backend) {
                @Override
                LockRule.Verdict decide(LockRequest request, Optional<Authority> authority, Optional<LockRecord> lock) {
                    return super.decide(
                            request, authority, request.action() == LockAction.COPY ? Optional.empty() : lock);
                }
            });
        }
    }

    static class PutsLate extends Mistaken {
        PutsLate() {
            super(backend -> new MapLocks(backend) {
                @Override
                boolean inTime(long notAfter) {
                    return true;
                }
            });
        }
    }

    static class CountsAcrossEpochs extends Mistaken {
        CountsAcrossEpochs() {
            super(backend -> new MapLocks(backend) {
                @Override
                Optional<Authority> replace(
                        Incarnation life, long expectedRevision, Authority next, Optional<Authority> standing) {
                    return super.replace(life, expectedRevision, next, standing)
                            .map(stored -> withCounter(
                                    stored, standing.map(Authority::counter).orElse(0)));
                }
            });
        }
    }

    static class SetsTheAuthorityBlindly extends Mistaken {
        SetsTheAuthorityBlindly() {
            super(backend -> new MapLocks(backend) {
                @Override
                Optional<Authority> replace(
                        Incarnation life, long expectedRevision, Authority next, Optional<Authority> standing) {
                    return super.replace(life, standing.map(Authority::revision).orElse(0L), next, standing);
                }
            });
        }
    }

    static class SetsTheAuthorityInAnyLife extends Mistaken {
        SetsTheAuthorityInAnyLife() {
            super(backend -> new MapLocks(backend) {
                @Override
                Optional<Authority> replace(
                        Incarnation life, long expectedRevision, Authority next, Optional<Authority> standing) {
                    return super.replace(backend.incarnation(), expectedRevision, next, standing);
                }
            });
        }
    }

    static class ForgetsTheFloor extends Mistaken {
        ForgetsTheFloor() {
            super(backend -> new MapLocks(backend) {
                @Override
                Optional<Authority> replace(
                        Incarnation life, long expectedRevision, Authority next, Optional<Authority> standing) {
                    return super.replace(
                            life,
                            expectedRevision,
                            next,
                            standing.map(a -> LockMistakes.with(
                                    a, a.active(), a.counter(), 0, a.grantsFrom(), a.activeUntil(), a.incarnation())));
                }
            });
        }
    }

    static class GluesSpaceAndName extends Mistaken {
        GluesSpaceAndName() {
            super(backend -> new MapLocks(backend) {
                @Override
                String place(String space, String name) {
                    return name;
                }
            });
        }
    }

    static class NeverFull extends Mistaken {
        NeverFull() {
            super(backend -> new OtherAuthority(backend) {
                @Override
                Authority seen(LockRequest request, Authority a) {
                    return withCounter(a, a.counter() & (FencingToken.COUNTERS - 1));
                }
            });
        }
    }
}
