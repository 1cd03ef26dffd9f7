package io.resilientstorage.config;

import io.resilientstorage.api.LockPolicy;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.config.SettingKind.OfBackend;
import io.resilientstorage.config.SettingKind.OfChoice;
import io.resilientstorage.config.SettingKind.OfDuration;
import io.resilientstorage.config.SettingKind.OfNumber;
import io.resilientstorage.config.SettingKind.OfSwitch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Every setting of a storage, each in one place. Those of a backend are in {@link BackendSettings}. */
public final class Settings {

    private static final List<Setting<?>> ALL = new ArrayList<>();

    public static final Setting<Strategy> STRATEGY = add(new Setting<>(
            "strategy", new OfChoice<>(Strategy.class), Strategy.FAILOVER, "How backends are chosen for a call."));

    public static final Setting<Duration> CALL_TIMEOUT = add(duration(
            "callTimeout", seconds(2), millis(1), hours(1), "How long one call may take, all its attempts together."));

    public static final Setting<Long> MAX_WAITING_CALLS = add(new Setting<>(
            "maxWaitingCalls",
            new OfNumber(1, 1_000_000),
            10_000L,
            "How many calls may wait for an answer; more are refused with OverloadedException."));

    public static final Setting<Long> MAX_VALUE_BYTES = add(new Setting<>(
            "maxValueBytes", new OfNumber(1, 64L << 20), 1L << 20, "How large one value may be, in bytes."));

    public static final Setting<Long> MAX_BATCH_SIZE =
            add(new Setting<>("maxBatchSize", new OfNumber(1, 10_000), 1_000L, "How many keys one batch may have."));

    public static final Setting<Boolean> HEDGED_READS = add(new Setting<>(
            "hedgedReads",
            new OfSwitch(),
            false,
            "Whether a read asks a second backend that is as good when the first is slower than 95 % of its recent"
                    + " answers; at most 5 % more reads."));

    public static final Setting<Duration> HEALTH_CHECK_INTERVAL = add(duration(
            "healthCheckInterval", seconds(30), millis(50), hours(1), "How often a healthy backend is probed."));

    public static final Setting<Duration> HEALTH_CHECK_RETRY_INTERVAL = add(duration(
            "healthCheckRetryInterval",
            seconds(1),
            millis(10),
            hours(1),
            "How often a backend is probed while it is not HEALTHY or its last probe failed."));

    public static final Setting<Duration> HEALTH_CHECK_TIMEOUT =
            add(duration("healthCheckTimeout", millis(800), millis(1), seconds(60), "How long one probe may take."));

    public static final Setting<Long> CIRCUIT_BREAKER_THRESHOLD = add(new Setting<>(
            "circuitBreakerThreshold",
            new OfNumber(1, 100_000),
            5L,
            "How many calls must fail in a row for a circuit to open."));

    public static final Setting<Duration> CIRCUIT_BREAKER_INITIAL_RESET = add(duration(
            "circuitBreakerInitialReset",
            seconds(5),
            millis(10),
            hours(1),
            "How long a circuit stays open at first before a trial; a good probe closes it earlier."));

    public static final Setting<Duration> CIRCUIT_BREAKER_RESET = add(duration(
            "circuitBreakerReset", seconds(60), millis(10), hours(24), "The longest time that a circuit stays open."));

    public static final Setting<Duration> FAILBACK_DELAY = add(duration(
            "failbackDelay",
            seconds(10),
            Duration.ZERO,
            hours(1),
            "How long a better backend must have been healthy before it becomes active again; doubled after each flap,"
                    + " up to 5 minutes."));

    public static final Setting<Boolean> MEMORY = add(new Setting<>(
            "memory",
            new OfSwitch(),
            true,
            "Whether memory is added as the last backend where none of its kind is configured."));

    public static final Setting<Long> MEMORY_MAX_ENTRIES = add(new Setting<>(
            "memoryMaxEntries",
            new OfNumber(1, 100_000_000),
            100_000L,
            "How many records the memory that is added may hold."));

    public static final Setting<Long> MEMORY_MAX_BYTES = add(new Setting<>(
            "memoryMaxBytes",
            new OfNumber(64 << 10, 1L << 50),
            64L << 20,
            "How many bytes of keys and values the memory that is added may hold."));

    public static final Setting<WriteMode> WRITE_MODE = add(new Setting<>(
            "writeMode",
            new OfChoice<>(WriteMode.class),
            WriteMode.MIRROR_ASYNC,
            "Who gets a write besides the backend that takes it, where a namespace does not say otherwise."));

    public static final Setting<Long> MAX_PENDING_RECORDS = add(new Setting<>(
            "maxPendingRecords",
            new OfNumber(1, 100_000_000),
            100_000L,
            "How many records may wait in memory for each backend that still has to get them. Beyond that they are"
                    + " forgotten here where a hint is kept, and writes are refused with BacklogFullException where none"
                    + " is."));

    public static final Setting<Long> MAX_PENDING_BYTES = add(new Setting<>(
            "maxPendingBytes",
            new OfNumber(64 << 10, 1L << 50),
            64L << 20,
            "How many bytes of keys and values may wait in memory for each backend."));

    public static final Setting<Duration> HINT_POLL_INTERVAL = add(duration(
            "hintPollInterval",
            seconds(1),
            millis(10),
            seconds(60),
            "How often each process looks for hints that it can carry."));

    public static final Setting<Duration> TOMBSTONE_LIFE = add(duration(
            "tombstoneLife",
            hours(24),
            seconds(1),
            hours(24 * 30),
            "How long deletions and the versions of expired records are kept."));

    public static final Setting<LockPolicy> LOCKS_POLICY = add(new Setting<>(
            "locks.policy",
            new OfChoice<>(LockPolicy.class),
            LockPolicy.AUTOMATIC,
            "Who may grant locks. All processes must say the same."));

    public static final Setting<Duration> LOCKS_MAX_TTL = add(duration(
            "locks.maxTtl",
            seconds(60),
            seconds(1),
            Duration.ofMinutes(5),
            "The longest time that a lock is granted for at once, and so how long at least nobody gets one after a"
                    + " failover. All processes must say the same."));

    public static final Setting<String> LOCKS_BACKEND = add(new Setting<>(
            "locks.backend",
            new OfBackend("first"),
            "first",
            "The backend that grants under the policy SINGLE; `first` for the SHARED one of the best priority. All"
                    + " processes must say the same."));

    public static final Setting<Boolean> LOCKS_MIRRORED = add(new Setting<>(
            "locks.mirrored",
            new OfSwitch(),
            false,
            "Under the policy FAILOVER: whether a lock is granted only once the other backend has a copy, where that can"
                    + " be, so that it takes over at once. All processes must say the same."));

    public static final Setting<Long> LOCKS_MAX_LEASES = add(new Setting<>(
            "locks.maxLeases",
            new OfNumber(1, 1_000_000),
            100_000L,
            "How many leases this process may hold at the same time; more are refused with OverloadedException."));

    public static final Setting<Duration> START_TIMEOUT = add(duration(
            "startTimeout",
            seconds(2),
            Duration.ZERO,
            seconds(60),
            "How long build() waits for the first probe of each shared backend; those that are down are tried again"
                    + " later. A backend on this host gets 10 s."));

    public static final Setting<Duration> CLOSE_TIMEOUT = add(duration(
            "closeTimeout",
            seconds(5),
            Duration.ZERO,
            hours(1),
            "How long close() waits for calls under way, and for pending records to be delivered."));

    private Settings() {}

    /** All settings, in the order of the reference page. */
    public static List<Setting<?>> all() {
        return List.copyOf(ALL);
    }

    private static <T> Setting<T> add(Setting<T> setting) {
        ALL.add(setting);
        return setting;
    }

    private static Setting<Duration> duration(
            String name, Duration defaultValue, Duration min, Duration max, String meaning) {
        return new Setting<>(name, new OfDuration(min, max), defaultValue, meaning);
    }

    private static Duration millis(long count) {
        return Duration.ofMillis(count);
    }

    private static Duration seconds(long count) {
        return Duration.ofSeconds(count);
    }

    private static Duration hours(long count) {
        return Duration.ofHours(count);
    }
}
