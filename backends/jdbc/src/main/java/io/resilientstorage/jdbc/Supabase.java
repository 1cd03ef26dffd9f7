package io.resilientstorage.jdbc;

import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.PGProperty;

/**
 * What {@code supabase://} means beyond {@code postgresql://}, TLS apart: few connections, the database
 * {@code postgres} where none is named, and refusal of what cannot work there.
 */
final class Supabase {

    /** The smallest plans have 15 server connections for all clients of a project together. */
    static final int POOL_SIZE = 4;

    private static final String DATABASE = "postgres";
    private static final String POOLER = ".pooler.supabase.com";

    private Supabase() {}

    /** Checks what the URL said, and returns it with the database in it. */
    static String settle(SettingNames names, String address, Properties parsed, Properties properties) {
        if (!"0".equals(PGProperty.PREPARE_THRESHOLD.getOrNull(properties))
                || "extendedCacheEverything".equals(PGProperty.PREFER_QUERY_MODE.getOrNull(properties))) {
            throw names.badUrl("asks for statements that are prepared in the server, which the pooler of Supabase"
                    + " loses: leave prepareThreshold and preferQueryMode out");
        }
        Optional<String> user = Optional.ofNullable(PGProperty.USER.getOrNull(properties));
        if (atThePooler(parsed)
                && PGProperty.OPTIONS.getOrNull(properties) == null
                && user.filter(name -> name.indexOf('.') > 0).isEmpty()) {
            throw names.badUrl("names the pooler of Supabase, where the user must be written as postgres.PROJECT");
        }
        return address.endsWith("/") ? address + DATABASE : address;
    }

    private static boolean atThePooler(Properties parsed) {
        String hosts = String.valueOf(PGProperty.PG_HOST.getOrNull(parsed));
        return Arrays.stream(hosts.split(",", -1)).anyMatch(host -> host.endsWith(POOLER));
    }
}
