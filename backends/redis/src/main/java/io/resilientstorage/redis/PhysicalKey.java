package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.resilientstorage.record.RecordKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The names of the Redis keys: {@code rs:<namespace>:<generation>:{<slot tag>}:<key>} for a record. All others begin
 * with {@code rs:!}, which no namespace does.
 */
final class PhysicalKey {

    private static final String ROOT = "rs:";

    private PhysicalKey() {}

    /** Where a record stands. */
    static byte[] ofRecord(RecordKey key, int generation) {
        byte[] name = key.key().getBytes(UTF_8);
        byte[] stem = (ROOT + key.namespace() + ":" + generation + ":{"
                        + SlotTag.of(key.namespace(), name).text() + "}:")
                .getBytes(UTF_8);
        return joined(stem, name);
    }

    private static byte[] joined(byte[] stem, byte[] name) {
        byte[] place = Arrays.copyOf(stem, stem.length + name.length);
        System.arraycopy(name, 0, place, stem.length, name.length);
        return place;
    }

    /** The record's key, if the bytes are the place of a record of this generation. */
    static Optional<RecordKey> recordAt(byte[] physical, int generation) {
        String text = new String(physical, UTF_8);
        int namespaceEnd = text.indexOf(':', ROOT.length());
        String generationPart = ":" + generation + ":{";
        int keyStart = namespaceEnd + generationPart.length() + "00}:".length();
        if (namespaceEnd < 0 || keyStart > text.length()) {
            return Optional.empty();
        }
        RecordKey key = new RecordKey(text.substring(ROOT.length(), namespaceEnd), text.substring(keyStart));
        return Arrays.equals(ofRecord(key, generation), physical) ? Optional.of(key) : Optional.empty();
    }

    /**
     * A SCAN pattern that every record in question matches. A key that matches need not be one: see {@link #recordAt}.
     */
    static byte[] pattern(Optional<String> namespace, String prefix, int generation) {
        String place = namespace.map(PhysicalKey::escaped).orElse("*");
        return (ROOT + place + ":" + generation + ":{??}:" + escaped(prefix) + "*").getBytes(UTF_8);
    }

    /** Where the hints for one target and the records of one slot tag stand: entries, waiting, parked. */
    static List<byte[]> ofHints(String target, SlotTag tag) {
        String stem = ROOT + "!hints:{" + tag.text() + "}:" + target + ":";
        return List.of(
                (stem + "entries").getBytes(UTF_8),
                (stem + "waiting").getBytes(UTF_8),
                (stem + "parked").getBytes(UTF_8));
    }

    /** Where the sentinel for the records of one slot tag stands. */
    static byte[] ofSentinel(SlotTag tag) {
        return (ROOT + "!sentinel:{" + tag.text() + "}").getBytes(UTF_8);
    }

    /** Where the authority record of a lock space stands, and the channel on which releases of its locks are told. */
    static byte[] ofLockSpace(String space) {
        return (ROOT + "!lockspace:{" + tagOfLocks(space) + "}:" + space).getBytes(UTF_8);
    }

    /** Where a lock stands: in the same slot as all others of its lock space. */
    static byte[] ofLock(String space, String name) {
        return joined(stemOfLocks(space), name.getBytes(UTF_8));
    }

    /** The name of the lock of a space that stands there, if one can. */
    static Optional<String> lockAt(byte[] physical, String space) {
        byte[] stem = stemOfLocks(space);
        return physical.length > stem.length && Arrays.equals(stem, 0, stem.length, physical, 0, stem.length)
                ? Optional.of(new String(physical, stem.length, physical.length - stem.length, UTF_8))
                : Optional.empty();
    }

    private static byte[] stemOfLocks(String space) {
        return (ROOT + "!lock:{" + tagOfLocks(space) + "}:" + space + ":").getBytes(UTF_8);
    }

    private static String tagOfLocks(String space) {
        return SlotTag.of(space, new byte[0]).text();
    }

    /** Where a probe writes. */
    static byte[] ofProbe(String probe) {
        return (ROOT + "!probe:{" + probe + "}").getBytes(UTF_8);
    }

    /** Where a probe writes that has to meet the server of a slot tag. */
    static byte[] ofProbe(String probe, SlotTag tag) {
        return (ROOT + "!probe:{" + tag.text() + "}:" + probe).getBytes(UTF_8);
    }

    private static String escaped(String literal) {
        StringBuilder escaped = new StringBuilder(literal.length());
        for (int i = 0; i < literal.length(); i++) {
            char c = literal.charAt(i);
            if ("*?[]^\\".indexOf(c) >= 0) {
                escaped.append('\\');
            }
            escaped.append(c);
        }
        return escaped.toString();
    }
}
