package io.resilientstorage.redis;

import io.lettuce.core.protocol.CommandType;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a server tells of itself.
 *
 * @param fields the fields of the sections that were asked for
 */
record ServerInfo(Map<String, String> fields) {

    /** The calls that ask for it. */
    static List<Call> calls() {
        return List.of(
                Call.of(CommandType.INFO, "server"),
                Call.of(CommandType.INFO, "replication"),
                Call.of(CommandType.INFO, "memory"),
                Call.of(CommandType.INFO, "stats"));
    }

    /** Reads the replies to {@link #calls()}; throws a {@link BackendException} if one of them is an error. */
    static ServerInfo of(List<Reply> replies) {
        Map<String, String> fields = new HashMap<>();
        for (Reply reply : replies) {
            if (reply instanceof ServerError error) {
                throw error.sorted();
            }
            if (reply instanceof Reply.Answer answer) {
                answer.text(0).lines().forEach(line -> {
                    int colon = line.indexOf(':');
                    if (colon > 0) {
                        fields.put(line.substring(0, colon), line.substring(colon + 1));
                    }
                });
            }
        }
        return new ServerInfo(fields);
    }

    /**
     * The life of the content. {@code run_id} alone survives a promotion, {@code master_replid} alone a restart with
     * the same replication history.
     */
    Incarnation incarnation() {
        return new Incarnation(runId() + "/" + field("master_replid"));
    }

    /** The id of the process of the server, empty if it tells none. */
    String runId() {
        return field("run_id");
    }

    /**
     * Whether it drops live keys to make room: it has since it was started, or it may, so that it may have before that
     * and have kept the rest.
     */
    boolean evicts() {
        String policy = field("maxmemory_policy");
        return isPositive("evicted_keys") || (isPositive("maxmemory") && !policy.equals("noeviction"));
    }

    private boolean isPositive(String name) {
        String number = field(name);
        return !number.isEmpty() && !number.equals("0");
    }

    /** Whether it is a replica, whose writes, if it takes any, are lost with the next synchronisation. */
    boolean isReplica() {
        return field("role").equals("slave");
    }

    /** Whether it takes keys of several slots in one call, which no node of a Cluster does. */
    boolean isStandalone() {
        // The field has another name at Valkey.
        return fields.getOrDefault("redis_mode", field("server_mode")).equals("standalone");
    }

    /** The version of the server. */
    String version() {
        return field("redis_version");
    }

    private String field(String name) {
        return fields.getOrDefault(name, "");
    }
}
