package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.cluster.SlotHash;
import io.resilientstorage.record.RecordKey;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The part of a physical key that decides its Cluster slot. A record and the hints for it have the same one, so that
 * one script may touch both. It is computed from the key, and so braces in a user's key decide nothing.
 *
 * <p>Part of the storage format: the computation must never change.
 *
 * @param number 0 to 255
 */
record SlotTag(int number) {

    /** All tags there are. */
    static final List<SlotTag> ALL =
            IntStream.range(0, 256).mapToObj(SlotTag::new).toList();

    private static final List<String> TEXTS = ALL.stream()
            .map(tag -> HexFormat.of().toHexDigits((byte) tag.number))
            .toList();

    private static final int FNV_OFFSET = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    /** The tag of a key: FNV-1a of namespace, colon and key in UTF-8, folded to 8 bits. */
    static SlotTag of(RecordKey key) {
        return of(key.namespace(), key.key().getBytes(UTF_8));
    }

    /** The tag of a key whose bytes are known. */
    static SlotTag of(String namespace, byte[] key) {
        int hash = FNV_OFFSET;
        // A namespace has characters of one byte only.
        for (int i = 0; i < namespace.length(); i++) {
            hash = (hash ^ namespace.charAt(i)) * FNV_PRIME;
        }
        hash = (hash ^ ':') * FNV_PRIME;
        for (byte b : key) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        int half = hash ^ (hash >>> 16);
        return ALL.get((half ^ (half >>> 8)) & 0xff);
    }

    /** The Cluster slot of the keys that have it. */
    int slot() {
        return SlotHash.getSlot(text());
    }

    /** Two hexadecimal digits. */
    String text() {
        return TEXTS.get(number);
    }
}
