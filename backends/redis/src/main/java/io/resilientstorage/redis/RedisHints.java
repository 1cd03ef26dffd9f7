package io.resilientstorage.redis;

import io.lettuce.core.protocol.CommandType;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.Warmth;
import io.resilientstorage.record.RecordKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The hints, kept apart by target and by slot tag, so that each is in the slot of its record.
 *
 * <p>A Cluster knows no step across slots, so there is no index of the tags that have hints: it might be wrong. Instead
 * all 256 are asked by {@code EXISTS}: by one call where one server has all slots and, as mostly, nothing waits; else
 * by one for each in one go, which costs the servers a fraction of a millisecond. Scripts run only where something is.
 * Hints are claimed oldest first within what each tag shows of itself ({@link #PEEK}).
 *
 * <p>A hint does not tell the key generation of its record. So a record is looked for in all generations that this
 * backend was asked for; there is one, or hardly more.
 */
final class RedisHints implements HintStore {

    /** How many hints of each tag are looked at to find the oldest of all. */
    private static final int PEEK = 8;

    private static final int SINCE_AT = Version.TEXT_LENGTH;
    private static final int CLAIM_AT = SINCE_AT + 15;
    private static final int TRIES_AT = CLAIM_AT + 15;

    private record Seen(HintPlace place, long since) {}

    private final Servers servers;
    private final Set<Integer> generations;
    private final Duration timeout;

    /** @param generations the key generations that records may stand in; may grow */
    RedisHints(Servers servers, Set<Integer> generations, Duration timeout) {
        this.servers = servers;
        this.generations = generations;
        this.timeout = timeout;
    }

    /** The name of a record's hint inside its place. */
    static String member(RecordKey key) {
        return key.namespace() + ":" + key.key();
    }

    @Override
    public CompletionStage<List<Hint>> claim(String target, int limit, Duration claim) {
        return servers.withWire(wire -> nonEmpty(wire, target, false).thenCompose(places -> {
            List<ScriptCall> peeks = places.stream()
                    .map(place -> ScriptCall.of(
                            LuaScript.HINTS_PEEK,
                            List.of(place.entries(), place.waiting()),
                            Integer.toString(Math.min(limit, PEEK))))
                    .toList();
            return run(wire, peeks).thenCompose(found -> {
                Map<HintPlace, Integer> shares = shares(places, found, limit);
                List<ScriptCall> claims = shares.entrySet().stream()
                        .map(share -> ScriptCall.of(
                                LuaScript.HINTS_CLAIM,
                                List.of(share.getKey().entries(), share.getKey().waiting()),
                                Integer.toString(share.getValue()),
                                Long.toString(claim.toMillis())))
                        .toList();
                return run(wire, claims).thenApply(claimed -> hints(target, claimed));
            });
        }));
    }

    @Override
    public CompletionStage<ClearReply> clear(Collection<Hint> delivered) {
        List<Hint> hints = List.copyOf(delivered);
        List<Integer> everywhere = List.copyOf(generations);
        return servers.withWire(wire -> {
            Incarnation incarnation = wire.incarnation();
            return run(wire, HintsClear.calls(hints, everywhere, wire.joinsSlots()))
                    .thenApply(answers -> answers.isEmpty()
                            ? ClearReply.of(incarnation)
                            : ClearReply.of(incarnation, sentinel(answers)));
        });
    }

    /** That of all slot tags, which holds only if each of them has it, and it says WARM. */
    private static Optional<Sentinel> sentinel(List<Reply.Answer> answers) {
        List<Optional<Sentinel>> marks = answers.stream()
                .flatMap(answer -> IntStream.range(0, answer.items().size()).mapToObj(answer::text))
                .map(RedisHints::mark)
                .toList();
        Optional<Sentinel> whole = marks.get(0);
        boolean same = marks.stream().allMatch(mark -> mark.map(Sentinel::id).equals(whole.map(Sentinel::id)));
        return same ? whole : Optional.empty();
    }

    private static Optional<Sentinel> mark(String text) {
        try {
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Sentinel.parse(text)).filter(mark -> mark.warmth() == Warmth.WARM);
        } catch (IllegalArgumentException e) {
            // Who reads sentinels refuses it, and says why.
            return Optional.empty();
        }
    }

    @Override
    public CompletionStage<Void> note(Collection<Hint> lacking) {
        List<ScriptCall> calls = new ArrayList<>();
        byPlace(lacking)
                .forEach((place, hints) ->
                        calls.add(new ScriptCall(LuaScript.HINTS_NOTE, place.keys(), membersAndVersions(hints))));
        return servers.withWire(wire -> run(wire, calls).thenAccept(answers -> {}));
    }

    @Override
    public CompletionStage<Void> retry(Collection<Hint> refused) {
        return settle("retry", refused);
    }

    @Override
    public CompletionStage<Void> park(Collection<Hint> poison) {
        return settle("park", poison);
    }

    @Override
    public CompletionStage<HintSummary> summary(String target) {
        return servers.withWire(wire -> nonEmpty(wire, target, true).thenCompose(places -> {
            List<ScriptCall> calls = places.stream()
                    .map(place -> ScriptCall.of(LuaScript.HINTS_SUMMARY, List.of(place.waiting(), place.parked())))
                    .toList();
            return run(wire, calls)
                    .thenApply(answers -> new HintSummary(
                            answers.stream()
                                    .mapToLong(answer -> answer.number(0))
                                    .sum(),
                            answers.stream()
                                    .mapToLong(answer -> answer.number(1))
                                    .sum(),
                            answers.stream()
                                    .mapToLong(answer -> answer.number(2))
                                    .max()
                                    .orElse(0)));
        }));
    }

    private CompletionStage<Void> settle(String how, Collection<Hint> hints) {
        List<ScriptCall> calls = new ArrayList<>();
        byPlace(hints).forEach((place, some) -> {
            List<byte[]> arguments = ScriptCall.bytes(how);
            arguments.addAll(membersAndVersions(some));
            calls.add(new ScriptCall(LuaScript.HINTS_SETTLE, place.keys(), arguments));
        });
        return servers.withWire(wire -> run(wire, calls).thenAccept(answers -> {}));
    }

    private static Map<HintPlace, List<Hint>> byPlace(Collection<Hint> hints) {
        return hints.stream().collect(Collectors.groupingBy(HintPlace::of));
    }

    static List<byte[]> membersAndVersions(List<Hint> hints) {
        List<byte[]> arguments = new ArrayList<>(2 * hints.size());
        for (Hint hint : hints) {
            arguments.addAll(ScriptCall.bytes(member(hint.key()), hint.version().text()));
        }
        return arguments;
    }

    /** The places of a target where hints wait, or are parked if those are asked for too. */
    private CompletionStage<List<HintPlace>> nonEmpty(Wire wire, String target, boolean parkedToo) {
        List<HintPlace> places =
                SlotTag.ALL.stream().map(tag -> new HintPlace(target, tag)).toList();
        if (!wire.joinsSlots()) {
            return nonEmpty(wire, places, parkedToo);
        }
        List<byte[]> keys = places.stream()
                .flatMap(place -> parkedToo ? Stream.of(place.waiting(), place.parked()) : Stream.of(place.waiting()))
                .toList();
        return wire.send(Call.ofKeys(CommandType.EXISTS, keys), timeout)
                .thenCompose(reply -> reply.orThrow().number(0) == 0
                        ? CompletableFuture.completedFuture(List.of())
                        : nonEmpty(wire, places, parkedToo));
    }

    private CompletionStage<List<HintPlace>> nonEmpty(Wire wire, List<HintPlace> places, boolean parkedToo) {
        // One key in each call: while a slot is moving, a Cluster answers a call of several keys not at all.
        List<Call> calls = new ArrayList<>();
        for (HintPlace place : places) {
            calls.add(Call.ofKeys(CommandType.EXISTS, List.of(place.waiting())));
            if (parkedToo) {
                calls.add(Call.ofKeys(CommandType.EXISTS, List.of(place.parked())));
            }
        }
        int each = parkedToo ? 2 : 1;
        return wire.send(calls, timeout).thenApply(replies -> {
            Set<HintPlace> found = new LinkedHashSet<>();
            for (int i = 0; i < replies.size(); i++) {
                if (replies.get(i).orThrow().number(0) > 0) {
                    found.add(places.get(i / each));
                }
            }
            return List.copyOf(found);
        });
    }

    private CompletionStage<List<Reply.Answer>> run(Wire wire, List<ScriptCall> calls) {
        if (calls.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        return ScriptCall.run(wire, calls, timeout)
                .thenApply(replies -> replies.stream().map(Reply::orThrow).toList());
    }

    /** How many to claim at each place, so that the oldest of all that were seen come first. */
    private static Map<HintPlace, Integer> shares(List<HintPlace> places, List<Reply.Answer> found, int limit) {
        List<Seen> seen = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            for (int j = 0; j < found.get(i).items().size(); j++) {
                seen.add(new Seen(places.get(i), found.get(i).number(j)));
            }
        }
        seen.sort(Comparator.comparingLong(Seen::since));
        Map<HintPlace, Integer> shares = new LinkedHashMap<>();
        seen.stream().limit(limit).forEach(one -> shares.merge(one.place(), 1, Integer::sum));
        int left = limit - seen.size();
        for (int i = 0; i < places.size() && left > 0; i++) {
            if (found.get(i).items().size() == PEEK) {
                // This place may have more than it showed.
                shares.merge(places.get(i), left, Integer::sum);
                left = 0;
            }
        }
        return shares;
    }

    private static List<Hint> hints(String target, List<Reply.Answer> claimed) {
        List<Hint> hints = new ArrayList<>();
        for (Reply.Answer answer : claimed) {
            for (int i = 0; i + 1 < answer.items().size(); i += 2) {
                hints.add(hint(target, answer.text(i), answer.text(i + 1)));
            }
        }
        hints.sort(Comparator.comparingLong(Hint::since));
        return hints;
    }

    private static Hint hint(String target, String member, String entry) {
        int colon = member.indexOf(':');
        return new Hint(
                target,
                new RecordKey(member.substring(0, colon), member.substring(colon + 1)),
                Version.parse(entry.substring(0, SINCE_AT)),
                Long.parseLong(entry.substring(SINCE_AT, CLAIM_AT)),
                Integer.parseInt(entry.substring(TRIES_AT)));
    }
}
