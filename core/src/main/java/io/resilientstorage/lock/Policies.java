package io.resilientstorage.lock;

import io.resilientstorage.api.Durability;
import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.api.LockPolicy;
import io.resilientstorage.api.LockScope;
import io.resilientstorage.api.Scope;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.LockTerms;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.event.EventSink;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What a policy comes to with the backends that there are. */
final class Policies {

    /** What {@code locks.backend} says where no backend is named. */
    private static final String FIRST = Settings.LOCKS_BACKEND.defaultValue();

    private final LockPolicy policy;
    private final long maxTtlMillis;
    private final boolean mirrored;
    private final List<Granter> granters;
    private final Time time;
    private final EventSink events;
    private final UnaryOperator<AuthorityRule> rules;

    Policies(
            StorageSettings settings,
            List<LockBackend> backends,
            Time time,
            EventSink events,
            UnaryOperator<AuthorityRule> rules) {
        this.rules = rules;
        this.time = time;
        this.events = events;
        this.maxTtlMillis = settings.get(Settings.LOCKS_MAX_TTL).toMillis();
        this.mirrored = settings.get(Settings.LOCKS_MIRRORED);
        List<LockBackend> allShared =
                backends.stream().filter(b -> b.scope() == Scope.SHARED).toList();
        refuseWhatCannotBeKept(settings, allShared);
        List<LockBackend> shared = keepingLocks(allShared);
        List<LockBackend> local = keepingLocks(
                backends.stream().filter(b -> b.scope() != Scope.SHARED).toList());
        this.policy = resolved(settings.get(Settings.LOCKS_POLICY), shared.size());
        this.granters = granters(
                switch (policy) {
                    case LOCAL -> local.subList(0, 1);
                    case SINGLE -> List.of(named(settings.get(Settings.LOCKS_BACKEND), backends, shared.get(0)));
                    case FAILOVER -> shared.subList(0, 2);
                    case MAJORITY -> allShared;
                    case BEST_EFFORT, AUTOMATIC -> keepingLocks(backends);
                });
    }

    private static LockPolicy resolved(LockPolicy policy, int shared) {
        if (policy != LockPolicy.AUTOMATIC) {
            return policy;
        }
        return shared == 0 ? LockPolicy.LOCAL : shared == 1 ? LockPolicy.SINGLE : LockPolicy.FAILOVER;
    }

    /**
     * Those that keep locks, unless there is none: then that is told when a lock is asked for. One that is not open yet
     * may be one of them, as other processes may know.
     */
    private static List<LockBackend> keepingLocks(List<LockBackend> all) {
        List<LockBackend> keeping = all.stream().filter(b -> !b.keepsNone()).toList();
        return keeping.isEmpty() ? all : keeping;
    }

    /** What is known only of backends that are open: some of them may keep no locks. */
    private static void refuseWhatCannotBeKept(StorageSettings settings, List<LockBackend> shared) {
        List<String> without = shared.stream()
                .filter(LockBackend::keepsNone)
                .map(LockBackend::name)
                .toList();
        if (without.isEmpty()) {
            return;
        }
        LockPolicy asked = settings.get(Settings.LOCKS_POLICY);
        int keeping = shared.size() - without.size();
        String problem = switch (asked) {
            case SINGLE -> keeping < 1 ? "must have a SHARED backend that keeps locks" : "";
            case FAILOVER -> keeping < 2 ? "must have two SHARED backends that keep locks, or more" : "";
            case MAJORITY -> "has a vote for each SHARED backend, so each must keep locks";
            case LOCAL, AUTOMATIC, BEST_EFFORT -> "";
        };
        String none = "these SHARED backends keep none: " + without;
        if (!problem.isEmpty()) {
            throw new InvalidSettingException(
                    Settings.LOCKS_POLICY.name(), "is " + asked + ", which " + problem + "; " + none);
        }
        LockPolicy resolved = resolved(asked, keeping);
        if (settings.get(Settings.LOCKS_MIRRORED) && resolved != LockPolicy.FAILOVER) {
            throw new InvalidSettingException(
                    Settings.LOCKS_MIRRORED.name(),
                    "is true, which takes two SHARED backends that keep locks; " + none);
        }
        String named = settings.get(Settings.LOCKS_BACKEND);
        if (resolved == LockPolicy.SINGLE && without.contains(named)) {
            throw new InvalidSettingException(Settings.LOCKS_BACKEND.name(), "is '" + named + "'; " + none);
        }
    }

    private static LockBackend named(String name, List<LockBackend> backends, LockBackend first) {
        return backends.stream().filter(b -> b.name().equals(name)).findFirst().orElse(first);
    }

    private List<Granter> granters(List<LockBackend> backends) {
        ReferenceClock local = new ReferenceClock(time.clock());
        List<Granter> made = new ArrayList<>();
        for (LockBackend backend : backends) {
            // More than eight there are under BEST_EFFORT alone, where tokens are no more than the scope says.
            int number = Math.min(made.size(), FencingToken.NUMBERS - 1);
            made.add(new Granter(backend, number, time, local));
        }
        return List.copyOf(made);
    }

    /**
     * Refuses settings that contradict the backends.
     *
     * @param sharedNames the names of the SHARED ones
     * @throws InvalidSettingException if they do
     */
    static void check(StorageSettings settings, List<String> sharedNames) {
        LockPolicy policy = settings.get(Settings.LOCKS_POLICY);
        int shared = sharedNames.size();
        String problem = switch (policy) {
            case LOCAL -> shared > 0 ? "must have no SHARED backend" : "";
            case SINGLE -> shared == 0 ? "must have a SHARED backend" : "";
            case FAILOVER -> shared < 2 ? "must have two SHARED backends or more" : "";
            case MAJORITY ->
                shared < 3 || shared > FencingToken.NUMBERS
                        ? "must have three to " + FencingToken.NUMBERS + " SHARED backends"
                        : "";
            case AUTOMATIC, BEST_EFFORT -> "";
        };
        if (!problem.isEmpty()) {
            throw new InvalidSettingException(
                    Settings.LOCKS_POLICY.name(), "is " + policy + ", which " + problem + "; there are " + shared);
        }
        LockPolicy resolved = resolved(policy, shared);
        if (settings.get(Settings.LOCKS_MIRRORED) && resolved != LockPolicy.FAILOVER) {
            throw new InvalidSettingException(
                    Settings.LOCKS_MIRRORED.name(),
                    "is true, which only the policy FAILOVER can do; the policy is " + resolved + ", and there are "
                            + shared + " SHARED backends");
        }
        String named = settings.get(Settings.LOCKS_BACKEND);
        if (!named.equals(FIRST) && !sharedNames.contains(named)) {
            throw new InvalidSettingException(
                    Settings.LOCKS_BACKEND.name(), "is '" + named + "', and must be one of " + sharedNames);
        }
    }

    /** Whether there can never be two leaders. */
    boolean canElect() {
        return policy != LockPolicy.BEST_EFFORT
                || granters.stream().noneMatch(granter -> granter.scope() == Scope.SHARED);
    }

    /** Who sees to the authority of a space. */
    Keeper keeper(String space) {
        return switch (policy) {
            case LOCAL, SINGLE, AUTOMATIC -> single(space, granters.get(0), true);
            case FAILOVER -> {
                LockTerms terms = terms("FAILOVER:" + granters.get(0).name() + ","
                        + granters.get(1).name() + (mirrored ? ":MIRRORED" : ""));
                PairRule pair = new PairRule(terms);
                yield keeper(space, terms, mirrored ? new MirroredRule(pair) : pair, granters, LockScope.SHARED, true);
            }
            case MAJORITY -> {
                LockTerms terms = terms("MAJORITY:"
                        + String.join(",", granters.stream().map(Granter::name).toList()));
                yield new MajorityKeeper(
                        keeper(space, terms, new MajorityRule(terms), granters, LockScope.SHARED, true), together());
            }
            case BEST_EFFORT ->
                new BestEffortKeeper(granters.stream()
                        .map(granter -> single(space, granter, false))
                        .toList());
        };
    }

    private Granter together() {
        ReferenceClock local = new ReferenceClock(time.clock());
        Quorum quorum = new Quorum(granters, time, local);
        LockBackend all = new LockBackend(
                quorum.name(),
                Scope.SHARED,
                Durability.VOLATILE,
                quorum.attemptTimeout(),
                () -> Optional.of(quorum),
                () -> true,
                () -> true);
        return new Granter(all, 0, time, local);
    }

    private AuthorityKeeper single(String space, Granter granter, boolean alone) {
        LockTerms terms = terms(policy.name().toUpperCase(Locale.ROOT));
        // What this process has granted in its own memory is gone with its holders.
        boolean quarantined = alone && granter.scope() != Scope.PROCESS;
        LockScope scope = switch (granter.scope()) {
            case SHARED -> alone ? LockScope.SHARED : LockScope.ONE_BACKEND;
            case HOST -> LockScope.HOST_LOCAL;
            case PROCESS -> LockScope.PROCESS_LOCAL;
        };
        return keeper(space, terms, new SingleRule(terms, quarantined), List.of(granter), scope, false);
    }

    private AuthorityKeeper keeper(
            String space, LockTerms terms, AuthorityRule rule, List<Granter> of, LockScope scope, boolean windows) {
        return new AuthorityKeeper(space, terms, rules.apply(rule), of, scope, windows, time, events);
    }

    /** Names that do not fit are told apart by their hash: two orders of the same pair must never be taken for one. */
    private LockTerms terms(String text) {
        return new LockTerms(
                text.length() <= 128 ? text : text.substring(0, 110) + ":" + Integer.toHexString(text.hashCode()),
                maxTtlMillis,
                false);
    }
}
