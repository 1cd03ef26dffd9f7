package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandKeyword;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * One command on its way. It is sent at most once, and knows whether it was given to the network: what Lettuce says of
 * a command that was lost does not tell that.
 *
 * <p>Lettuce calls back on its own threads.
 */
final class Call extends Command<byte[], byte[], List<Object>> {

    /** What became of a call. */
    sealed interface End {

        /**
         * The server answered.
         *
         * @param reply its answer
         */
        record Replied(Reply reply) implements End {}

        /**
         * The connection was lost, or refused to take the call.
         *
         * @param sent whether the server may have got it
         * @param cause what Lettuce said
         */
        record Lost(boolean sent, Throwable cause) implements End {}
    }

    private final long size;
    private volatile boolean sent;
    private Consumer<End> whenOver = end -> {};

    private Call(CommandType type, CommandArgs<byte[], byte[]> args, long size) {
        super(type, new NestedMultiOutput<>(ByteArrayCodec.INSTANCE), args);
        this.size = size;
    }

    /** A command whose arguments are plain words. */
    static Call of(CommandType type, String... words) {
        CommandArgs<byte[], byte[]> args = new CommandArgs<>(ByteArrayCodec.INSTANCE);
        long size = 0;
        for (String word : words) {
            byte[] bytes = word.getBytes(UTF_8);
            args.add(bytes);
            size += bytes.length;
        }
        return new Call(type, args, size);
    }

    /** A command whose arguments are keys of one slot. */
    static Call ofKeys(CommandType type, List<byte[]> keys) {
        return new Call(type, new CommandArgs<>(ByteArrayCodec.INSTANCE).addKeys(keys), sizeOf(keys));
    }

    /** One step through the keys that match a pattern. */
    static Call ofScan(String cursor, byte[] pattern, int count) {
        CommandArgs<byte[], byte[]> args = new CommandArgs<>(ByteArrayCodec.INSTANCE)
                .add(cursor)
                .add(CommandKeyword.MATCH)
                .add(pattern)
                .add(CommandKeyword.COUNT)
                .add(count);
        return new Call(CommandType.SCAN, args, pattern.length);
    }

    /** A call of a script, by {@code EVALSHA} or {@code EVAL}. */
    static Call ofScript(CommandType type, byte[] script, List<byte[]> keys, List<byte[]> arguments) {
        CommandArgs<byte[], byte[]> args = new CommandArgs<>(ByteArrayCodec.INSTANCE)
                .add(script)
                .add(keys.size())
                .addKeys(keys);
        arguments.forEach(args::add);
        return new Call(type, args, script.length + sizeOf(keys) + sizeOf(arguments));
    }

    /** The same command, to be sent where this one was not executed. */
    Call again() {
        return new Call((CommandType) getType(), getArgs(), size);
    }

    /** The Cluster slot of its first key, which is that of all its keys. */
    int slot() {
        ByteBuffer key = getArgs().getFirstEncodedKey();
        if (key == null) {
            throw new IllegalStateException("a call without a key belongs to no slot");
        }
        return SlotHash.getSlot(key);
    }

    /** Whether it runs a script, and so may write. */
    boolean isScript() {
        return getType() == CommandType.EVALSHA || getType() == CommandType.EVAL;
    }

    /** About how many bytes it sends. */
    long size() {
        return size;
    }

    /** Registers who is told of the end, once, before it is sent. The end is told exactly once. */
    void whenOver(Consumer<End> listener) {
        whenOver = listener;
    }

    @Override
    public void encode(ByteBuf buffer) {
        sent = true;
        super.encode(buffer);
    }

    @Override
    public void complete() {
        if (!isDone()) {
            super.complete();
            String error = getOutput().getError();
            end(new End.Replied(error == null ? new Reply.Answer(getOutput().get()) : new ServerError(error)));
        }
    }

    @Override
    public boolean completeExceptionally(Throwable cause) {
        if (isDone()) {
            return false;
        }
        super.completeExceptionally(cause);
        end(new End.Lost(sent, cause));
        return true;
    }

    @Override
    public void cancel() {
        if (!isDone()) {
            super.cancel();
            end(new End.Lost(sent, new IllegalStateException("the connection was reset")));
        }
    }

    private void end(End end) {
        whenOver.accept(end);
    }

    private static long sizeOf(List<byte[]> parts) {
        long size = 0;
        for (byte[] part : parts) {
            size += part.length;
        }
        return size;
    }
}
