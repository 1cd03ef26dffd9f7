package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.protocol.CommandType;
import io.resilientstorage.backend.BackendException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * One run of a script.
 *
 * @param script the script
 * @param keys what it touches, all in one slot
 * @param arguments what it is told
 */
record ScriptCall(LuaScript script, List<byte[]> keys, List<byte[]> arguments) {

    /** A run whose arguments are texts. */
    static ScriptCall of(LuaScript script, List<byte[]> keys, String... arguments) {
        return new ScriptCall(script, keys, bytes(arguments));
    }

    /** Texts as arguments. */
    static List<byte[]> bytes(String... texts) {
        List<byte[]> bytes = new ArrayList<>(texts.length);
        for (String text : texts) {
            bytes.add(text.getBytes(UTF_8));
        }
        return bytes;
    }

    /**
     * Runs scripts in one go and tells the replies in their order. A server that does not know a script is told its
     * text, and has done nothing before.
     */
    static CompletionStage<List<Reply>> run(Wire wire, List<ScriptCall> calls, Duration timeout) {
        long deadline = wire.nanos() + timeout.toNanos();
        return wire.send(calls.stream().map(ScriptCall::byDigest).toList(), timeout)
                .thenCompose(replies -> {
                    List<Integer> unknown = new ArrayList<>();
                    for (int i = 0; i < replies.size(); i++) {
                        if (replies.get(i) instanceof ServerError error && error.isUnknownScript()) {
                            unknown.add(i);
                        }
                    }
                    if (unknown.isEmpty()) {
                        return CompletableFuture.completedFuture(replies);
                    }
                    List<Call> again =
                            unknown.stream().map(i -> calls.get(i).bySource()).toList();
                    return wire.send(again, Duration.ofNanos(deadline - wire.nanos()))
                            .handle((late, failure) -> {
                                if (failure != null) {
                                    throw unknown.size() == calls.size()
                                            ? new CompletionException(failure)
                                            : inPart(failure);
                                }
                                return merged(replies, unknown, late);
                            });
                });
    }

    /** Runs one script; as {@link #run}. */
    static CompletionStage<Reply> runOne(Wire wire, ScriptCall call, Duration timeout) {
        return runOne(wire, call, timeout, () -> wire.send(call.byDigest(), timeout));
    }

    /** Runs one script, perhaps in one run with others; see {@link Wire#join}. */
    static CompletionStage<Reply> runJoined(Wire wire, ScriptCall call, Duration timeout) {
        return runOne(wire, call, timeout, () -> wire.join(call, timeout));
    }

    private static CompletionStage<Reply> runOne(
            Wire wire, ScriptCall call, Duration timeout, Supplier<CompletionStage<Reply>> byDigest) {
        long deadline = wire.nanos() + timeout.toNanos();
        return Stages.then(byDigest, (reply, result) -> {
            if (reply instanceof ServerError error && error.isUnknownScript()) {
                Stages.relay(wire.send(call.bySource(), Duration.ofNanos(deadline - wire.nanos())), result);
            } else {
                result.complete(reply);
            }
        });
    }

    /** Some runs were done before, whatever became of the rest. */
    private static BackendException inPart(Throwable failure) {
        return BackendException.noAnswer("some scripts ran and others did not: " + failure.getMessage(), failure);
    }

    Call byDigest() {
        return Call.ofScript(CommandType.EVALSHA, script.digest(), keys, arguments);
    }

    private Call bySource() {
        return Call.ofScript(CommandType.EVAL, script.source(), keys, arguments);
    }

    /** About how many bytes it sends. */
    long size() {
        long size = script.digest().length;
        for (byte[] key : keys) {
            size += key.length;
        }
        for (byte[] argument : arguments) {
            size += argument.length;
        }
        return size;
    }

    private static List<Reply> merged(List<Reply> replies, List<Integer> places, List<Reply> late) {
        List<Reply> merged = new ArrayList<>(replies);
        for (int i = 0; i < places.size(); i++) {
            merged.set(places.get(i), late.get(i));
        }
        return merged;
    }
}
