package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.protocol.CommandType;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelReply;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.backend.Warmth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The backend's sentinel, of which one stands under each of the 256 slot tags, without an expiry. (This has nothing to
 * do with the servers that are called Redis Sentinel.)
 *
 * <p><b>Why so many.</b> A miss has to look at the sentinel in the same step, and in a Cluster one step sees one slot.
 * So each record has a sentinel in its own slot, and with it in its own server: what empties one node, or takes it back
 * to an older snapshot, takes its sentinels along, and {@link SentinelMarks#whole} sees it. It is the same on one
 * server, where it costs 256 small keys.
 *
 * <p><b>How it is changed.</b> What stands under the first tag decides, and is changed there by comparing it exactly:
 * of two that put something in its place one wins.
 *
 * <ul>
 *   <li>COLD is put under the first tag first and under all others then: none says WARM any more when that is done.
 *   <li>WARM is put under all others first, and under the first last. Under each it takes the place of a sentinel of
 *       the same life only, which stood there when the warm-up began: so it never covers up that a server was emptied
 *       meanwhile. Where one is missing, WARM is refused, a COLD one is put there, and the warm-up is to be done again.
 *   <li>A new life that is WARM at once is put as a COLD one first.
 *   <li>If watermark and beats alone move, one tag for each server is written: one key where there is one server.
 * </ul>
 *
 * <p>What breaks off in between leaves less WARM than was meant, and never more.
 */
final class RedisSentinels implements SentinelStore {

    private final Servers servers;
    private final Duration timeout;

    RedisSentinels(Servers servers, Duration timeout) {
        this.servers = servers;
        this.timeout = timeout;
    }

    @Override
    public CompletionStage<SentinelReply> read() {
        return servers.withWire(wire -> {
            Incarnation incarnation = wire.incarnation();
            return marks(wire).thenApply(marks -> new SentinelReply(whole(wire, marks), incarnation));
        });
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(Incarnation life, Optional<Sentinel> expected, Sentinel next) {
        // What is connected is connected to one life, and nothing that is sent there arrives in another.
        return servers.withWire(wire -> wire.incarnation().equals(life)
                ? compareAndSet(wire, expected, next)
                : CompletableFuture.completedFuture(false));
    }

    private CompletionStage<Boolean> compareAndSet(Wire wire, Optional<Sentinel> expected, Sentinel next) {
        return marks(wire).thenCompose(marks -> {
            if (!whole(wire, marks).equals(expected)) {
                return CompletableFuture.completedFuture(false);
            }
            if (next.warmth() == Warmth.COLD) {
                return cool(wire, marks, next);
            }
            if (expected.filter(known -> known.id().equals(next.id())).isEmpty()) {
                Sentinel cold = cold(next);
                return cool(wire, marks, cold)
                        .thenCompose(done -> done
                                ? compareAndSet(wire, Optional.of(cold), next)
                                : CompletableFuture.completedFuture(false));
            }
            return expected.orElseThrow().warmth() == Warmth.WARM
                    ? warm(wire, marks, next, SentinelMarks.witnesses(tag -> wire.part(tag.slot())))
                    : warmAll(wire, marks, next);
        });
    }

    private CompletionStage<Boolean> cool(Wire wire, SentinelMarks marks, Sentinel next) {
        return putFirst(wire, marks, next)
                .thenCompose(done -> done
                        ? put(wire, next, SlotTag.ALL, tag -> List.of("any"))
                        : CompletableFuture.completedFuture(false));
    }

    private CompletionStage<Boolean> warmAll(Wire wire, SentinelMarks marks, Sentinel next) {
        List<SlotTag> lacking =
                SlotTag.ALL.stream().filter(tag -> !marks.has(tag, next.id())).toList();
        return lacking.isEmpty()
                ? warm(wire, marks, next, SlotTag.ALL)
                : put(wire, cold(next), lacking, tag -> List.of("is", marks.text(tag)))
                        .thenApply(done -> false);
    }

    private CompletionStage<Boolean> warm(Wire wire, SentinelMarks marks, Sentinel next, List<SlotTag> tags) {
        return put(wire, next, tags, tag -> List.of("life", next.id()))
                .thenCompose(done -> done ? putFirst(wire, marks, next) : CompletableFuture.completedFuture(false));
    }

    private static Sentinel cold(Sentinel warm) {
        return new Sentinel(warm.id(), Warmth.COLD, warm.watermark(), warm.beats(), warm.mirror());
    }

    private CompletionStage<Boolean> putFirst(Wire wire, SentinelMarks marks, Sentinel next) {
        return run(wire, List.of(call(next, SentinelMarks.FIRST, List.of("is", marks.text(SentinelMarks.FIRST)))));
    }

    /** Puts a sentinel under tags other than the first. Tells whether the condition held for all. */
    private CompletionStage<Boolean> put(
            Wire wire, Sentinel next, List<SlotTag> tags, Function<SlotTag, List<String>> condition) {
        return run(
                wire,
                tags.stream()
                        .filter(tag -> !tag.equals(SentinelMarks.FIRST))
                        .map(tag -> call(next, tag, condition.apply(tag)))
                        .toList());
    }

    private static ScriptCall call(Sentinel next, SlotTag tag, List<String> condition) {
        List<byte[]> arguments = new ArrayList<>(ScriptCall.bytes(next.text()));
        condition.forEach(word -> arguments.add(word.getBytes(UTF_8)));
        return new ScriptCall(LuaScript.SENTINEL_PUT, List.of(PhysicalKey.ofSentinel(tag)), arguments);
    }

    private CompletionStage<Boolean> run(Wire wire, List<ScriptCall> calls) {
        if (calls.isEmpty()) {
            return CompletableFuture.completedFuture(true);
        }
        return ScriptCall.run(wire, calls, timeout)
                .thenApply(replies -> replies.stream()
                        .map(Reply::orThrow)
                        .filter(answer -> answer.number(0) == 0)
                        .findAny()
                        .isEmpty());
    }

    private static Optional<Sentinel> whole(Wire wire, SentinelMarks marks) {
        return marks.whole(tag -> wire.part(tag.slot()));
    }

    /**
     * What stands. Several servers are not read in one step: what does not fit together may be in the middle of a
     * change, and is read again, which shows all that was done before.
     */
    private CompletionStage<SentinelMarks> marks(Wire wire) {
        return marksOnce(wire)
                .thenCompose(marks -> wire.joinsSlots() || whole(wire, marks).equals(marks.first())
                        ? CompletableFuture.completedFuture(marks)
                        : marksOnce(wire));
    }

    private CompletionStage<SentinelMarks> marksOnce(Wire wire) {
        List<byte[]> places = SlotTag.ALL.stream().map(PhysicalKey::ofSentinel).toList();
        if (wire.joinsSlots()) {
            return wire.send(Call.ofKeys(CommandType.MGET, places), timeout).thenApply(reply -> {
                Reply.Answer answer = reply.orThrow();
                return new SentinelMarks(IntStream.range(0, places.size())
                        .mapToObj(i -> text(answer, i))
                        .toList());
            });
        }
        List<Call> calls = places.stream()
                .map(place -> Call.ofKeys(CommandType.GET, List.of(place)))
                .toList();
        return wire.send(calls, timeout)
                .thenApply(replies -> new SentinelMarks(
                        replies.stream().map(reply -> text(reply.orThrow(), 0)).toList()));
    }

    private static String text(Reply.Answer answer, int index) {
        return answer.bytes(index).map(bytes -> new String(bytes, UTF_8)).orElse("");
    }
}
