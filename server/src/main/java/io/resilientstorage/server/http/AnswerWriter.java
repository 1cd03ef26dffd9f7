package io.resilientstorage.server.http;

import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes an answer as fast as the caller reads it, without holding a thread: answers are made on threads of the
 * storage, which a slow caller must not keep busy. Called by one thread at a time; so the servlet contract says.
 */
final class AnswerWriter implements WriteListener {

    private static final Logger LOG = LoggerFactory.getLogger(AnswerWriter.class);

    private final ServletOutputStream out;
    private final byte[] body;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private boolean handedOver;

    private AnswerWriter(ServletOutputStream out, byte[] body) {
        this.out = out;
        this.body = body;
    }

    /** Makes the answer to a request and writes it, each on whichever threads bring it on. */
    static void answer(Context context, Supplier<CompletableFuture<Answer>> work) {
        context.future(() -> work.get().exceptionally(ErrorAnswers::of).thenCompose(answer -> write(context, answer)));
    }

    /** Completes when the caller has everything, or is gone. Never fails: there is nobody left to tell. */
    private static CompletableFuture<Void> write(Context context, Answer answer) {
        answer.head(context);
        context.res().setContentLength(answer.body().length);
        try {
            AnswerWriter writer = new AnswerWriter(context.res().getOutputStream(), answer.body());
            writer.out.setWriteListener(writer);
            return writer.done;
        } catch (IOException e) {
            LOG.debug("An answer could not be written", e);
            return CompletableFuture.completedFuture(null);
        }
    }

    @Override
    public void onWritePossible() throws IOException {
        while (out.isReady()) {
            if (handedOver) {
                done.complete(null);
                return;
            }
            handedOver = true;
            out.write(body);
        }
    }

    @Override
    public void onError(Throwable failure) {
        LOG.debug("The caller went away before it had its answer", failure);
        done.complete(null);
    }
}
