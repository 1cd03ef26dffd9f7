package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.resilientstorage.backend.Hint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * The runs of {@code hints_clear.lua} that remove some hints. A run costs the server several times what a hint in it
 * does, and hints lie apart by slot tag: so one run is for many tags, where one server has all slots.
 */
final class HintsClear {

    /** For that many hints the server is held up by one run: a fraction of a millisecond. */
    private static final int MOST = 64;

    private final List<Integer> generations;
    private final List<ScriptCall> calls = new ArrayList<>();
    private List<byte[]> keys = new ArrayList<>();
    private List<byte[]> arguments = new ArrayList<>();
    private int inCall;

    private HintsClear(List<Integer> generations) {
        this.generations = generations;
    }

    /**
     * The runs.
     *
     * @param generations the key generations that records may stand in
     * @param joinsSlots whether one run may touch several slots
     */
    static List<ScriptCall> calls(List<Hint> hints, List<Integer> generations, boolean joinsSlots) {
        TreeMap<HintPlace, List<Hint>> byPlace = new TreeMap<>(Comparator.comparing(HintPlace::target)
                .thenComparing(place -> place.tag().number()));
        hints.forEach(hint -> byPlace.computeIfAbsent(HintPlace.of(hint), place -> new ArrayList<>())
                .add(hint));
        HintsClear clear = new HintsClear(generations);
        byPlace.forEach((place, some) -> {
            for (int from = 0; from < some.size(); from += MOST) {
                clear.add(place, some.subList(from, Math.min(some.size(), from + MOST)));
                if (!joinsSlots) {
                    clear.endCall();
                }
            }
        });
        clear.endCall();
        return clear.calls;
    }

    private void add(HintPlace place, List<Hint> hints) {
        if (inCall > 0 && inCall + hints.size() > MOST) {
            endCall();
        }
        if (inCall == 0) {
            arguments.add(ascii(generations.size()));
        }
        inCall += hints.size();
        keys.addAll(place.keys());
        keys.add(PhysicalKey.ofSentinel(place.tag()));
        arguments.add(ascii(hints.size()));
        arguments.addAll(RedisHints.membersAndVersions(hints));
        for (Hint hint : hints) {
            generations.forEach(generation -> keys.add(PhysicalKey.ofRecord(hint.key(), generation)));
        }
    }

    private void endCall() {
        if (inCall > 0) {
            calls.add(new ScriptCall(LuaScript.HINTS_CLEAR, keys, arguments));
            keys = new ArrayList<>();
            arguments = new ArrayList<>();
            inCall = 0;
        }
    }

    private static byte[] ascii(int number) {
        return Integer.toString(number).getBytes(US_ASCII);
    }
}
