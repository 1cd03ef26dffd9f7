package io.resilientstorage.jdbc;

/**
 * The names of the tables, and of what belongs to them. SQL texts name them in braces, as in <code>{records}</code>.
 *
 * @param schema the schema they stand in, empty for the connection's own
 * @param prefix what their names begin with
 */
record Tables(String schema, String prefix) {

    /** The name of a table, with its schema. */
    String name(String table) {
        return schema.isEmpty() ? bare(table) : schema + "." + bare(table);
    }

    /** The name of a table or an index, without its schema. */
    String bare(String table) {
        return prefix + table;
    }

    /**
     * The text with the names filled in; <code>{@literal {bare}}</code> is the prefix alone, for the names of indexes.
     */
    String in(String sql) {
        return sql.replace("{records}", name("records"))
                .replace("{hints}", name("hints"))
                .replace("{meta}", name("meta"))
                .replace("{probes}", name("probes"))
                .replace("{authorities}", name("authorities"))
                .replace("{locks}", name("locks"))
                .replace("{lock_tokens}", name("lock_tokens"))
                .replace("{lock_grant}", name("lock_grant"))
                .replace("{lock_free}", name("lock_free"))
                .replace("{lock_step}", name("lock_step"))
                .replace("{authority_put}", name("authority_put"))
                .replace("{prefix}", prefix);
    }
}
