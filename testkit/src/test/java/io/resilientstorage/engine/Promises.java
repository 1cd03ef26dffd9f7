package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Found;
import io.resilientstorage.api.ReadKind;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What must hold of each call of the one process that uses a storage. Knows what was tried and what was acknowledged.
 *
 * <ul>
 *   <li>No call fails while a backend without a fault is routable.
 *   <li>What is found was written under this key, and has not ended. What is found and not called stale is at least as
 *       new as what was acknowledged last.
 *   <li>ABSENT is never said of a key that was acknowledged last as set and is alive.
 *   <li>A receipt names a backend that has the record, or something newer.
 * </ul>
 *
 * <p>That every call ends by its deadline is checked by the {@link Lab}.
 */
final class Promises {

    /** One key, as far as its user can know. */
    private static final class Known {
        private final Map<String, Long> ends = new HashMap<>();
        private Version acknowledged = Version.NONE;
        private boolean live;
        private long liveUntil;
        private boolean deleteInDoubt;
        private long shortestInDoubt = VersionedRecord.NEVER;
        private final Set<String> lostAt = new HashSet<>();
    }

    private final Lab lab;
    private final String story;
    private final Map<String, Known> keys = new HashMap<>();
    private int step;
    private long endedAt;

    Promises(Lab lab, String story) {
        this.lab = lab;
        this.story = story;
    }

    void begin(int number) {
        step = number;
    }

    /** The last call has ended: its result tells of now. Whoever waits for it sees it some milliseconds later. */
    void ended() {
        endedAt = now();
    }

    private String at(String what) {
        return story + ", step " + step + ": " + what;
    }

    private Known known(String key) {
        return Objects.requireNonNull(keys.computeIfAbsent(key, any -> new Known()));
    }

    private long now() {
        return lab.node("one").server().millis();
    }

    private long end(Optional<Duration> ttl) {
        return ttl.map(life -> now() + life.toMillis()).orElse(VersionedRecord.NEVER);
    }

    void failed(Throwable failure, boolean mustServe) {
        assertThat(mustServe)
                .as(at("fails while a backend could serve: " + failure))
                .isFalse();
    }

    /**
     * A backend has lost everything, and there is no durable mirror: it comes back as it is. What was acknowledged
     * before may be missing there, and nowhere else, until the key is written again.
     */
    void emptied(String backend) {
        keys.values().forEach(known -> known.lostAt.add(backend));
    }

    /**
     * At quiescence all backends agree on each key, save for those that have lost it. Where no hints are kept, a write
     * whose outcome is unknown may stand at one of them alone; but all have what was acknowledged, or something newer.
     */
    void agree(boolean hints) {
        keys.forEach((key, known) -> {
            Map<String, ReadAnswer> stands = new TreeMap<>();
            for (String name : RandomUse.NAMES) {
                if (!known.lostAt.contains(name)) {
                    stands.put(name, lab.node(name).server().stands(key));
                }
            }
            if (hints) {
                assertThat(Set.copyOf(stands.values()))
                        .as(at("all agree on " + key + ": " + stands))
                        .hasSizeLessThanOrEqualTo(1);
            }
            assertThat(stands.values())
                    .as(at("nothing acknowledged of " + key + " is lost"))
                    .allSatisfy(answer -> assertThat(version(answer)).isGreaterThanOrEqualTo(known.acknowledged));
        });
    }

    private static Version version(ReadAnswer answer) {
        return answer instanceof ReadAnswer.Hit hit ? hit.record().version() : ((ReadAnswer.Miss) answer).version();
    }

    void setting(String key, String value, Optional<Duration> ttl) {
        known(key).ends.merge(value, end(ttl), Math::max);
        known(key).shortestInDoubt = Math.min(known(key).shortestInDoubt, end(ttl));
    }

    void deleting(String key) {
        known(key).deleteInDoubt = true;
    }

    void touching(String key, Duration ttl) {
        long end = end(Optional.of(ttl)) + Lab.CALL_TIMEOUT.toMillis();
        known(key).ends.replaceAll((value, known) -> Math.max(known, end));
        known(key).shortestInDoubt = Math.min(known(key).shortestInDoubt, end(Optional.of(ttl)));
    }

    void set(String key, String value, Receipt receipt) {
        Known known = known(key);
        acknowledge(known, key, receipt);
        known.live = !receipt.superseded();
        known.liveUntil = known.ends.getOrDefault(value, 0L);
        known.shortestInDoubt = VersionedRecord.NEVER;
    }

    void touched(String key, Duration ttl, Receipt receipt) {
        Known known = known(key);
        acknowledge(known, key, receipt);
        known.live = !receipt.superseded();
        // The touch may have been stored at any time of the call.
        known.liveUntil = end(Optional.of(ttl)) - Lab.CALL_TIMEOUT.toMillis();
        known.shortestInDoubt = VersionedRecord.NEVER;
    }

    void deleted(String key, Receipt receipt) {
        Known known = known(key);
        acknowledge(known, key, receipt);
        known.live = false;
    }

    private void acknowledge(Known known, String key, Receipt receipt) {
        assertThat(version(lab.node(receipt.backend()).server().stands(key)))
                .as(at("the receipt for " + key + " names a backend that has it: " + receipt))
                .isGreaterThanOrEqualTo(receipt.version());
        known.acknowledged = receipt.version();
        known.lostAt.clear();
        known.deleteInDoubt = false;
    }

    void read(String key, ReadResult<String> result) {
        Known known = known(key);
        if (result instanceof Found<String> found) {
            assertThat(known.ends).as(at("was written under " + key)).containsKey(found.found());
            assertThat(known.ends.getOrDefault(found.found(), 0L))
                    .as(at("the end of what was found under " + key))
                    .isGreaterThan(endedAt);
            if (!found.stale() && !known.lostAt.contains(found.backend())) {
                assertThat(found.version())
                        .as(at("the version found under " + key + " at " + found.backend() + ", not stale"))
                        .isGreaterThanOrEqualTo(known.acknowledged);
            }
        } else if (result.kind() == ReadKind.ABSENT && !known.lostAt.contains(result.backend())) {
            boolean alive =
                    known.live && !known.deleteInDoubt && known.liveUntil > endedAt && known.shortestInDoubt > endedAt;
            assertThat(alive)
                    .as(at(result.backend() + " says ABSENT of " + key + ", which is alive"))
                    .isFalse();
        }
    }
}
