package io.resilientstorage.redis;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.Warmth;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * The sentinels that stand under all slot tags, and what they say together.
 *
 * @param texts one for each tag, in their order; empty where none stands
 */
record SentinelMarks(List<String> texts) {

    /** The tag whose mark has the last word. */
    static final SlotTag FIRST = SlotTag.ALL.get(0);

    /** What stands under a tag, as text; empty if nothing does. */
    String text(SlotTag tag) {
        return texts.get(tag.number());
    }

    /** Whether a sentinel of this life stands under a tag. */
    boolean has(SlotTag tag, String id) {
        return at(tag).filter(mark -> mark.id().equals(id)).isPresent();
    }

    /**
     * The sentinel of the whole: that of the first tag. COLD needs no more than that. WARM holds only if every tag says
     * so, of the same life; if not, a part was lost, and there is none.
     *
     * <p>Its watermark is that of the first tag, unless another part is behind it, for each part may go back to an
     * older snapshot by itself: then that of the part that is furthest behind. That of a part is the greatest among its
     * tags; who tried to put a sentinel and did not win may have left one that is greater than the first's. The same
     * holds for the beats.
     *
     * @param partOf which part, that is which server, has the keys of a tag
     */
    Optional<Sentinel> whole(ToIntFunction<SlotTag> partOf) {
        Optional<Sentinel> first = first();
        if (first.isEmpty() || first.get().warmth() == Warmth.COLD) {
            return first;
        }
        Map<Integer, Long> watermarks = new HashMap<>();
        Map<Integer, Long> beats = new HashMap<>();
        for (SlotTag tag : SlotTag.ALL) {
            Optional<Sentinel> mark = at(tag).filter(each ->
                    each.warmth() == Warmth.WARM && each.id().equals(first.get().id()));
            if (mark.isEmpty()) {
                return Optional.empty();
            }
            watermarks.merge(partOf.applyAsInt(tag), mark.get().watermark(), Math::max);
            beats.merge(partOf.applyAsInt(tag), mark.get().beats(), Math::max);
        }
        return first.map(mark -> mark.withWatermark(Math.min(mark.watermark(), Collections.min(watermarks.values())))
                .withBeats(Math.min(mark.beats(), Collections.min(beats.values()))));
    }

    /** One tag of each part, which tells its watermark. */
    static List<SlotTag> witnesses(ToIntFunction<SlotTag> partOf) {
        return List.copyOf(SlotTag.ALL.stream()
                .collect(Collectors.toMap(partOf::applyAsInt, tag -> tag, (lowest, other) -> lowest))
                .values());
    }

    /** The sentinel of the first tag. */
    Optional<Sentinel> first() {
        return at(FIRST);
    }

    private Optional<Sentinel> at(SlotTag tag) {
        String text = text(tag);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Sentinel.parse(text));
        } catch (IllegalArgumentException e) {
            throw BackendException.refused(
                    "the sentinel of slot tag " + tag.text() + " cannot be read: " + e.getMessage());
        }
    }
}
