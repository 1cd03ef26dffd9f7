package io.resilientstorage.lock;

import io.resilientstorage.api.Locks;
import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.event.EventSink;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/**
 * The locks of a storage. Nothing is asked of a backend before the first lock is.
 *
 * <p>Safe for use by several threads.
 */
public final class LockEngine {

    private static final int MOST_SPACES = 1_000;

    private final Policies policies;
    private final Surroundings around;
    private final OpenLeases leases;
    private final ReleaseQueue releases;
    private final Callers callers;
    private final Map<String, SpaceLocks> spaces = new ConcurrentHashMap<>();

    /**
     * Locks on backends.
     *
     * @param backends all that are configured, by priority, opened
     * @param callbacks where users' code runs
     * @throws io.resilientstorage.api.InvalidSettingException if the settings ask for more than those that keep locks
     *     can do
     */
    public LockEngine(
            StorageSettings settings, List<LockBackend> backends, Time time, EventSink events, Executor callbacks) {
        this(settings, backends, time, events, callbacks, UnaryOperator.identity());
    }

    /** @param rules gives the keepers what they are to go by, from what there is */
    LockEngine(
            StorageSettings settings,
            List<LockBackend> backends,
            Time time,
            EventSink events,
            Executor callbacks,
            UnaryOperator<AuthorityRule> rules) {
        this.callers = new Callers(Math.toIntExact(settings.get(Settings.MAX_WAITING_CALLS)), callbacks);
        this.around = new Surroundings(
                time,
                callbacks,
                events,
                settings.get(Settings.CALL_TIMEOUT),
                new LockRules(settings.get(Settings.LOCKS_MAX_TTL)),
                callers::isClosed);
        this.leases = new OpenLeases(Math.toIntExact(settings.get(Settings.LOCKS_MAX_LEASES)));
        this.releases = new ReleaseQueue(time);
        this.policies = new Policies(settings, backends, time, events, rules);
    }

    /**
     * The locks of a space.
     *
     * @throws OverloadedException if this process uses too many
     */
    public Locks locks(String space) {
        SpaceLocks known = spaces.get(space);
        if (known != null) {
            return known;
        }
        if (spaces.size() >= MOST_SPACES) {
            throw new OverloadedException(
                    "this process uses the locks of " + MOST_SPACES + " namespaces, and that is the bound");
        }
        return spaces.computeIfAbsent(
                space,
                name -> new SpaceLocks(
                        new LockSpace(name, policies.keeper(name), around, leases, releases),
                        callers,
                        policies.canElect()));
    }

    /**
     * Refuses settings that contradict the backends.
     *
     * @param sharedNames the names of the SHARED backends that are configured
     * @throws io.resilientstorage.api.InvalidSettingException if they do
     */
    public static void check(StorageSettings settings, List<String> sharedNames) {
        Policies.check(settings, sharedNames);
    }

    /**
     * Ends what waits, tells all holders that they hold no more, and gives their locks up.
     *
     * @param patience how long to wait at most until that is done
     */
    public void close(Duration patience) {
        callers.close();
        spaces.values().forEach(SpaceLocks::close);
        around.time().await(leases.loseAll(), patience);
        releases.close();
    }
}
