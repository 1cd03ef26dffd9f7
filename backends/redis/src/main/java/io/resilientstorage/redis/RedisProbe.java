package io.resilientstorage.redis;

import io.lettuce.core.protocol.CommandType;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.ProbeReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Finds out whether a server can do its work, and whether it is still the one that it was: a replica that was promoted
 * keeps its connections.
 *
 * @param text what it writes, which no other probe does
 * @param tag the slot tag of the key under which it writes, empty where slots mean nothing
 */
record RedisProbe(String text, Optional<SlotTag> tag) {

    /** Probes the server, and lets the link know what it tells of itself. */
    CompletionStage<ProbeReply> probe(Link link, Duration timeout) {
        long deadline = link.nanos() + timeout.toNanos();
        CompletionStage<List<Reply>> info = link.send(ServerInfo.calls(), timeout);
        ScriptCall script = ScriptCall.of(LuaScript.PROBE, List.of(place()), text);
        return ScriptCall.run(link, List.of(script), timeout)
                .thenCombine(info, (written, told) -> {
                    ServerInfo server = ServerInfo.of(told);
                    link.told(server);
                    return judge(link, written.get(0), server, Duration.ofNanos(deadline - link.nanos()));
                })
                .thenCompose(reply -> reply);
    }

    private CompletionStage<ProbeReply> judge(Link link, Reply written, ServerInfo server, Duration timeLeft) {
        if (written instanceof Reply.Answer answer) {
            Optional<String> degraded = server.isReplica()
                    ? Optional.of("it is a replica, and takes writes that will be lost")
                    : Optional.empty();
            return CompletableFuture.completedFuture(
                    new ProbeReply(server.incarnation(), Optional.of(answer.number(0)), degraded));
        }
        ServerError error = (ServerError) written;
        if (error.isRedirection() && !server.isReplica()) {
            // The slot is on its way to another master of the Cluster. This one answers, and its turn comes again.
            return CompletableFuture.completedFuture(
                    new ProbeReply(server.incarnation(), Optional.empty(), Optional.empty()));
        }
        return error.isRefusal() ? readsOnly(link, error.sorted(), server, timeLeft) : failed(error.sorted());
    }

    /** Writes are refused; whether reads are answered decides if it is any good. */
    private CompletionStage<ProbeReply> readsOnly(
            Link link, BackendException refusal, ServerInfo server, Duration timeLeft) {
        List<Call> reads = new ArrayList<>();
        reads.add(Call.ofKeys(CommandType.GET, List.of(place())));
        reads.add(Call.of(CommandType.TIME));
        return link.send(reads, timeLeft).thenApply(replies -> {
            for (Reply reply : replies) {
                if (reply instanceof ServerError error) {
                    throw error.sorted();
                }
            }
            Reply.Answer time = (Reply.Answer) replies.get(1);
            long millis = time.number(0) * 1_000 + time.number(1) / 1_000;
            return new ProbeReply(
                    server.incarnation(),
                    Optional.of(millis),
                    Optional.of("it refuses writes: " + refusal.getMessage()));
        });
    }

    private byte[] place() {
        return tag.map(known -> PhysicalKey.ofProbe(text, known)).orElseGet(() -> PhysicalKey.ofProbe(text));
    }

    private static CompletionStage<ProbeReply> failed(BackendException failure) {
        return CompletableFuture.failedFuture(failure);
    }
}
