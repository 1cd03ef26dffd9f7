package io.resilientstorage.namespace;

import io.resilientstorage.api.NamespaceDisagreementException;
import io.resilientstorage.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whether this process holds the same of one namespace as the others do.
 *
 * <p>The first write asks, and waits for the answer with all that come meanwhile. Where nobody could tell, calls go on,
 * and it is asked again beside them; where the others hold something else, calls are refused, and it is asked again
 * too, for an operator may have changed that. No more than one question is under way, and no new one begins within
 * {@link #ASK_AGAIN} of the last answer. Once all agree it is never asked again, and a call pays a volatile read.
 *
 * <p>Safe for use by several threads. The lock is never held while somebody is asked.
 */
public final class Agreement {

    /** How long after an answer that settled nothing the next question may begin. */
    static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    private final String namespace;
    private final Terms mine;
    private final Question question;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Standing standing;
    private @Nullable CompletableFuture<Standing> asked;
    private long askAt;

    Agreement(String namespace, Terms mine, Question question, Clock clock) {
        this(namespace, mine, question, clock, Standing.Untold.UNASKED);
    }

    private Agreement(String namespace, Terms mine, Question question, Clock clock, Standing standing) {
        this.namespace = namespace;
        this.mine = mine;
        this.question = question;
        this.clock = clock;
        this.standing = standing;
        this.askAt = clock.nanos();
    }

    /** Where there is nobody to agree with. */
    static Agreement withNobody(String namespace, Terms mine, Clock clock) {
        return new Agreement(
                namespace,
                mine,
                (name, terms) -> CompletableFuture.completedFuture(Standing.agreed()),
                clock,
                Standing.agreed());
    }

    /** What this process holds. */
    public Terms mine() {
        return mine;
    }

    /** Whether all agree: then no call needs {@link #permit}. */
    public boolean stands() {
        return standing == Standing.Agreed.AGREED;
    }

    /** Whether the others are known to hold something else: then reads need {@link #permit} too. */
    public boolean isRefused() {
        return standing instanceof Standing.Refused;
    }

    /**
     * Completes when a call may go on: at once, or when the first question is answered. Fails with
     * {@link NamespaceDisagreementException} where the others hold something else.
     */
    public CompletableFuture<Void> permit() {
        CompletableFuture<Standing> running;
        Standing known;
        boolean begins = false;
        lock.lock();
        try {
            known = standing;
            if (asked == null && known != Standing.Agreed.AGREED && clock.nanos() - askAt >= 0) {
                asked = new CompletableFuture<>();
                begins = true;
            }
            running = asked;
        } finally {
            lock.unlock();
        }
        if (begins && running != null) {
            ask(running);
        }
        return known == Standing.Untold.UNASKED && running != null
                ? running.thenCompose(this::verdict)
                : verdict(known);
    }

    private void ask(CompletableFuture<Standing> mark) {
        CompletableFuture<Standing> answer;
        try {
            answer = question.ask(namespace, mine);
        } catch (RuntimeException | Error e) {
            // Without this all calls that wait would have no end.
            answered(mark, Standing.untold());
            throw e;
        }
        var unused = answer.whenComplete(
                (heard, failure) -> answered(mark, failure == null && heard != null ? heard : Standing.untold()));
    }

    private void answered(CompletableFuture<Standing> mark, Standing heard) {
        lock.lock();
        try {
            if (asked == mark) {
                asked = null;
                standing = heard;
                askAt = clock.nanos() + ASK_AGAIN.toNanos();
            }
        } finally {
            lock.unlock();
        }
        mark.complete(heard);
    }

    private CompletableFuture<Void> verdict(Standing heard) {
        // A new exception for each caller: each adds its own stack to it.
        return heard instanceof Standing.Refused refused
                ? CompletableFuture.failedFuture(new NamespaceDisagreementException(
                        namespace, mine.toString(), refused.theirs(), "the record at " + refused.backend()))
                : CompletableFuture.completedFuture(null);
    }

    /** The shared record is gone: whoever writes next asks anew. An answer that is still under way counts no more. */
    void forget() {
        lock.lock();
        try {
            asked = null;
            standing = Standing.Untold.UNASKED;
            askAt = clock.nanos();
        } finally {
            lock.unlock();
        }
    }
}
