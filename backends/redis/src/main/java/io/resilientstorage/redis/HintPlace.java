package io.resilientstorage.redis;

import io.resilientstorage.backend.Hint;
import java.util.List;

/**
 * Where the hints for one target lie whose records have one slot tag.
 *
 * @param target the name of the target
 * @param tag the slot tag
 */
record HintPlace(String target, SlotTag tag) {

    static HintPlace of(Hint hint) {
        return new HintPlace(hint.target(), SlotTag.of(hint.key()));
    }

    byte[] entries() {
        return keys().get(0);
    }

    byte[] waiting() {
        return keys().get(1);
    }

    byte[] parked() {
        return keys().get(2);
    }

    /** Entries, waiting, parked. */
    List<byte[]> keys() {
        return PhysicalKey.ofHints(target, tag);
    }
}
