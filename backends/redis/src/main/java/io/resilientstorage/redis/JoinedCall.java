package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs of one script that several threads want, as one run. It is handed to the I/O thread with the first of them, and
 * takes others until that thread comes to it. So nothing waits for company: what comes alone goes alone, and at once.
 *
 * <p>The script takes the first argument once, for it is the same for all, and the others of each run one after the
 * other. Of several it tells a list, in which an error is a text that begins with {@code E}. Safe for use by several
 * threads.
 */
final class JoinedCall extends Command<byte[], byte[], List<Object>> {

    /**
     * From how many calls under way on it is worth it. While there are fewer, the server had better begin with one
     * while the next is still being made.
     */
    static final int FROM = 16;

    /** The server does nothing else while it runs, and the first of the callers waits for the last. */
    static final int MOST_PARTS = 8;

    private static final long MOST_BYTES = 64 * 1024;
    private static final byte ERROR = 'E';

    /**
     * One of the runs.
     *
     * @param call what is wanted
     * @param listener told of its end, once
     */
    record Part(ScriptCall call, Consumer<Call.End> listener) {

        private boolean isLike(Part other) {
            return Arrays.equals(call.arguments().get(0), other.call.arguments().get(0));
        }
    }

    private final List<Part> parts = new ArrayList<>(MOST_PARTS);
    private long bytes;
    private boolean gone;
    private volatile boolean sent;

    JoinedCall(Part first) {
        super(CommandType.EVALSHA, new NestedMultiOutput<>(ByteArrayCodec.INSTANCE));
        parts.add(first);
        bytes = first.call.size();
    }

    /** Takes one more along; not if it has gone, is full, or what all have in common is not the same. */
    synchronized boolean takes(Part part) {
        if (gone || parts.size() == MOST_PARTS || bytes + part.call.size() > MOST_BYTES || !part.isLike(parts.get(0))) {
            return false;
        }
        parts.add(part);
        bytes += part.call.size();
        return true;
    }

    private synchronized List<Part> go() {
        gone = true;
        return parts;
    }

    @Override
    public void encode(ByteBuf buffer) {
        // Before it is closed: who is told of a loss from then on must not hear that nothing was sent.
        sent = true;
        List<Part> together = go();
        ScriptCall first = together.get(0).call;
        CommandArgs<byte[], byte[]> args = new CommandArgs<>(ByteArrayCodec.INSTANCE)
                .add(first.script().digest())
                .add(together.size());
        for (Part part : together) {
            args.addKeys(part.call.keys());
        }
        args.add(first.arguments().get(0));
        for (Part part : together) {
            List<byte[]> arguments = part.call.arguments();
            for (int i = 1; i < arguments.size(); i++) {
                args.add(arguments.get(i));
            }
        }
        new Command<>(CommandType.EVALSHA, getOutput(), args).encode(buffer);
    }

    @Override
    public void complete() {
        if (isDone()) {
            return;
        }
        super.complete();
        List<Part> together = go();
        String error = getOutput().getError();
        if (error != null) {
            together.forEach(part -> part.listener.accept(new Call.End.Replied(new ServerError(error))));
            return;
        }
        List<Object> answers = getOutput().get();
        for (int i = 0; i < together.size(); i++) {
            together.get(i).listener.accept(new Call.End.Replied(reply(answers, i)));
        }
    }

    private static Reply reply(List<Object> answers, int index) {
        if (index >= answers.size()) {
            return new ServerError("ERR the script answered to " + answers.size() + " of several runs only");
        }
        Object answer = answers.get(index);
        return answer instanceof byte[] text && text.length > 0 && text[0] == ERROR
                ? new ServerError(new String(text, 1, text.length - 1, UTF_8))
                : new Reply.Answer(Collections.singletonList(answer));
    }

    @Override
    public boolean completeExceptionally(Throwable cause) {
        if (isDone()) {
            return false;
        }
        super.completeExceptionally(cause);
        lost(cause);
        return true;
    }

    @Override
    public void cancel() {
        if (!isDone()) {
            super.cancel();
            lost(new IllegalStateException("the connection was reset"));
        }
    }

    private void lost(Throwable cause) {
        go().forEach(part -> part.listener.accept(new Call.End.Lost(sent, cause)));
    }
}
