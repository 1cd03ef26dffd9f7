package io.resilientstorage.testkit.net;

import io.resilientstorage.testkit.net.NetworkFault.Way;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One direction of one connection: what was read and has not been passed on, and when each piece of it is due. It reads
 * no more while that is much, so a sender that is too fast is slowed down by TCP. Used by the proxy's thread alone.
 */
final class Flow {

    /** How many bytes wait at most. */
    static final int MAX_WAITING = 256 << 10;

    /** What waits. Without bytes it is the end of the stream. */
    private record Piece(ByteBuffer bytes, long due) {}

    private final SocketChannel from;
    private final SocketChannel to;
    private Way way;
    private Deque<Piece> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private long lastDue = Long.MIN_VALUE;
    private long nextSlice = Long.MIN_VALUE;
    private boolean blocked;
    private boolean ended;
    private boolean passedEnd;
    private boolean hasHole;

    Flow(SocketChannel from, SocketChannel to, Way way) {
        this.from = from;
        this.to = to;
        this.way = way;
    }

    /** From now on bytes travel this way. What is under way arrives at once, or never. */
    void travel(Way other, long now) {
        way = other;
        nextSlice = Long.MIN_VALUE;
        lastDue = now;
        if (way.swallows()) {
            hasHole |= !waiting.isEmpty();
            waiting.clear();
            waitingBytes = 0;
            return;
        }
        Deque<Piece> due = new ArrayDeque<>();
        waiting.forEach(piece -> due.add(new Piece(piece.bytes(), now)));
        waiting = due;
    }

    /** Whether something was swallowed, so that what comes now would not follow on what came before. */
    boolean isBroken() {
        return hasHole && !way.swallows();
    }

    /** Whether the end of the stream came and was either passed on or swallowed. */
    boolean isOver() {
        return passedEnd || (ended && way.swallows());
    }

    /** Whether it has room for more. */
    boolean wantsToRead() {
        return !ended && waitingBytes < MAX_WAITING;
    }

    /** Whether something is due that the receiver did not take. */
    boolean isBlocked() {
        return blocked;
    }

    /**
     * Takes what the sender has sent.
     *
     * @return whether there was anything, the end of the stream left aside
     */
    boolean read(ByteBuffer scratch, long now) throws IOException {
        scratch.clear().limit(Math.min(scratch.capacity(), MAX_WAITING - waitingBytes));
        int count = readInto(scratch);
        if (count == 0) {
            return false;
        }
        ended = count < 0;
        if (way.swallows()) {
            hasHole = true;
            return count > 0;
        }
        scratch.flip();
        ByteBuffer bytes = ByteBuffer.allocate(scratch.remaining()).put(scratch).flip();
        waitingBytes += bytes.remaining();
        lastDue = Math.max(lastDue, now + way.delay().toNanos() + chance());
        waiting.add(new Piece(bytes, lastDue));
        return count > 0;
    }

    private int readInto(ByteBuffer scratch) throws IOException {
        try {
            return from.read(scratch);
        } catch (IOException e) {
            if (way.swallows()) {
                // Nobody hears of a reset either.
                return -1;
            }
            throw e;
        }
    }

    private long chance() {
        long jitter = way.jitter().toNanos();
        return jitter == 0 ? 0 : ThreadLocalRandom.current().nextLong(jitter + 1);
    }

    /** Passes on what is due. */
    void write(long now) throws IOException {
        blocked = false;
        while (!waiting.isEmpty() && dueAt() <= now) {
            Piece next = waiting.element();
            if (!next.bytes().hasRemaining()) {
                to.shutdownOutput();
                passedEnd = true;
                waiting.remove();
                return;
            }
            int wanted = way.slice() > 0
                    ? Math.min(way.slice(), next.bytes().remaining())
                    : next.bytes().remaining();
            ByteBuffer part = next.bytes().duplicate();
            int written = to.write(part.limit(part.position() + wanted));
            next.bytes().position(part.position());
            waitingBytes -= written;
            if (!next.bytes().hasRemaining()) {
                waiting.remove();
            }
            if (written < wanted) {
                blocked = true;
                return;
            }
            if (way.slice() > 0) {
                nextSlice = now + way.pause().toNanos();
            }
        }
    }

    /** When the next piece is due, in monotonic nanoseconds; the end of time if none waits for its time. */
    long nextDue() {
        return waiting.isEmpty() || blocked ? Long.MAX_VALUE : dueAt();
    }

    private long dueAt() {
        return Math.max(waiting.element().due(), nextSlice);
    }
}
