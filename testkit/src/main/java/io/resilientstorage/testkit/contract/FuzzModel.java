package io.resilientstorage.testkit.contract;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyRule;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * What a backend must hold after some random requests, decided by {@link ApplyRule}.
 *
 * <p>No decision depends on the milliseconds in which the backend is asked: all expiries and not-after times are far in
 * the past or the future, and so are the versions from a threshold.
 */
final class FuzzModel {

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;

    private final Subject subject;
    private final Random random;
    private final long now;
    private final List<RecordKey> keys = new ArrayList<>();
    private final List<String> targets = List.of(Subject.unique("target"), Subject.unique("target"));
    private final Map<RecordKey, VersionedRecord> records = new HashMap<>();
    private final Map<String, Map<RecordKey, Version>> hints = new HashMap<>();

    FuzzModel(Subject subject, Random random) {
        this.subject = subject;
        this.random = random;
        this.now = subject.now();
        for (String key : List.of("a", "b", "c:{d}", "\0", "\ud83d\ude00", "f")) {
            keys.add(subject.key(key));
        }
        targets.forEach(target -> hints.put(target, new HashMap<>()));
    }

    List<RecordKey> keys() {
        return keys;
    }

    List<String> targets() {
        return targets;
    }

    Map<RecordKey, Version> hints(String target) {
        return hints.getOrDefault(target, Map.of());
    }

    List<ReadAnswer> answers() {
        List<ReadAnswer> answers = new ArrayList<>();
        for (RecordKey key : keys) {
            VersionedRecord record = records.get(key);
            if (record == null) {
                answers.add(ReadAnswer.Miss.NOTHING);
            } else {
                answers.add(record.isLive(now) ? new ReadAnswer.Hit(record) : new ReadAnswer.Miss(record.version()));
            }
        }
        return answers;
    }

    List<ApplyResult> apply(ApplyRequest request) {
        ApplyRule rule = ApplyRule.of(request, now, Subject.TOMBSTONE_LIFE);
        List<ApplyResult> results = new ArrayList<>();
        for (Change change : request.changes()) {
            RecordKey key = change.record().key();
            ApplyRule.Verdict verdict = rule.decide(change, Optional.ofNullable(records.get(key)));
            results.add(verdict.result());
            verdict.store().ifPresent(record -> {
                records.put(key, record);
                change.hintsFor().forEach(target -> noteHint(target, record));
            });
        }
        return results;
    }

    private void noteHint(String target, VersionedRecord record) {
        hints.computeIfAbsent(target, any -> new HashMap<>())
                .merge(record.key(), record.version(), (a, b) -> a.isNewerThan(b) ? a : b);
    }

    ApplyRequest nextRequest() {
        ApplyKind kind = pick(List.of(ApplyKind.values()));
        List<RecordKey> shuffled = new ArrayList<>(keys);
        Collections.shuffle(shuffled, random);
        List<Change> changes = new ArrayList<>();
        for (RecordKey key : shuffled.subList(0, 1 + random.nextInt(4))) {
            changes.add(new Change(nextRecord(key), nextCondition(key), nextHints()));
        }
        long notAfter =
                random.nextInt(12) == 0 ? now - HOUR : random.nextBoolean() ? ApplyRequest.NO_LIMIT : now + HOUR;
        long mostBehind = switch (random.nextInt(4)) {
            case 0 -> ApplyRequest.NEVER_OLDER;
            case 1 -> random.nextInt(15) * MINUTE;
            default -> ApplyRequest.NO_LIMIT;
        };
        return new ApplyRequest(kind, changes, Subject.GENERATION, notAfter, mostBehind, Subject.TIMEOUT);
    }

    private VersionedRecord nextRecord(RecordKey key) {
        int dice = random.nextInt(40);
        if (dice == 0) {
            return value(key, Version.of(now + HOUR, 0, 1), VersionedRecord.NEVER);
        }
        if (dice == 1) {
            // Too old for a replay that meets nothing. Never an expired one: that may be forgotten at once.
            return value(key, Version.of(now - 48 * HOUR, random.nextInt(3), 1), VersionedRecord.NEVER);
        }
        Version standing = standing(key);
        Version version = random.nextInt(5) == 0 && standing.millis() > now - 2 * HOUR
                ? standing
                : Version.of(now - random.nextInt(30) * MINUTE, random.nextInt(2), 1 + random.nextInt(3));
        if (random.nextInt(4) == 0) {
            return VersionedRecord.ended(key, version);
        }
        return value(
                key,
                version,
                pick(List.of(VersionedRecord.NEVER, now + 2 * HOUR, now + HOUR, now - HOUR, now - 2 * HOUR)));
    }

    private VersionedRecord value(RecordKey key, Version version, long expiresAt) {
        byte[] bytes = Integer.toString(random.nextInt()).getBytes(StandardCharsets.UTF_8);
        return new VersionedRecord(key, version, Content.value(bytes), expiresAt);
    }

    private Condition nextCondition(RecordKey key) {
        if (!subject.backend().traits().conditions()) {
            return Condition.none();
        }
        return switch (random.nextInt(10)) {
            case 0, 1 -> Condition.ifAbsent();
            case 2, 3 -> Condition.ifVersion(standing(key));
            case 4 -> Condition.ifVersion(Version.of(now - 5 * MINUTE, 0, 1));
            default -> Condition.none();
        };
    }

    private Set<String> nextHints() {
        Set<String> wanted = new HashSet<>();
        if (subject.backend().hints().isPresent()) {
            targets.stream().filter(target -> random.nextInt(4) == 0).forEach(wanted::add);
        }
        return wanted;
    }

    private Version standing(RecordKey key) {
        VersionedRecord record = records.get(key);
        return record == null ? Version.NONE : record.version();
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
