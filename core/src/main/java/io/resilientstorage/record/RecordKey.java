package io.resilientstorage.record;

/**
 * A key inside its namespace.
 *
 * @param namespace the namespace, of the characters a to z, 0 to 9, dot, dash and underscore
 * @param key the user's key: 1 to 512 bytes of UTF-8, any code point
 */
public record RecordKey(String namespace, String key) implements Comparable<RecordKey> {

    @Override
    public int compareTo(RecordKey other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : key.compareTo(other.key);
    }
}
