package io.resilientstorage.server.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.jetty.util.NanoTime;

/** Reads one body without holding a thread. Called by one thread at a time; so the servlet contract says. */
final class BodyReader implements ReadListener {

    private static final int CHUNK = 16 << 10;

    /** Jetty ends a body that stands still; this ends one that drips. */
    private static final long MAX_SECONDS = 60;

    private final ServletInputStream in;
    private final int maxBytes;
    private final int maxDiscarded;
    private final Supplier<HttpFailure> tooLarge;
    private final ByteArrayOutputStream kept;
    private final byte[] chunk = new byte[CHUNK];
    private final long begun = NanoTime.now();
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private long received;

    private BodyReader(HttpServletRequest request, int maxBytes, int maxDiscarded, Supplier<HttpFailure> tooLarge)
            throws IOException {
        this.in = request.getInputStream();
        this.maxBytes = maxBytes;
        this.maxDiscarded = maxDiscarded;
        this.tooLarge = tooLarge;
        this.kept =
                new ByteArrayOutputStream((int) Math.min(Math.max(request.getContentLengthLong(), CHUNK), maxBytes));
    }

    /**
     * Reads a body.
     *
     * @param maxBytes how many bytes it may have
     * @param maxDiscarded how many more are read, and forgotten, before it is refused
     * @param tooLarge the failure of a body that has more
     */
    static CompletableFuture<byte[]> read(
            HttpServletRequest request, int maxBytes, int maxDiscarded, Supplier<HttpFailure> tooLarge) {
        try {
            BodyReader reader = new BodyReader(request, maxBytes, maxDiscarded, tooLarge);
            reader.in.setReadListener(reader);
            return reader.body;
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void onDataAvailable() throws IOException {
        while (!body.isDone() && in.isReady()) {
            int count = in.read(chunk);
            if (count < 0) {
                return;
            }
            received += count;
            if (received <= maxBytes) {
                kept.write(chunk, 0, count);
            } else if (received > (long) maxBytes + maxDiscarded) {
                body.completeExceptionally(tooLarge.get());
            }
            if (NanoTime.elapsed(begun, NanoTime.now()) > TimeUnit.SECONDS.toNanos(MAX_SECONDS)) {
                body.completeExceptionally(new TimeoutException("the body took longer than " + MAX_SECONDS + " s"));
            }
        }
    }

    @Override
    public void onAllDataRead() {
        if (received > maxBytes) {
            body.completeExceptionally(tooLarge.get());
        } else {
            body.complete(kept.toByteArray());
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }
}
