package io.resilientstorage.breaker;

import io.resilientstorage.time.Clock;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a call under a permit: asks for it, measures the time, and returns it with the result. */
final class Guard {

    private static final Logger LOG = LoggerFactory.getLogger(CircuitBreaker.class);

    private final String name;
    private final Clock clock;
    private final Predicate<? super Throwable> counts;

    Guard(String name, Clock clock, Predicate<? super Throwable> counts) {
        this.name = name;
        this.clock = clock;
        this.counts = counts;
    }

    <T extends @Nullable Object, E extends Exception> T call(Admission admission, GuardedCall<T, E> work) throws E {
        if (admission instanceof Permit permit) {
            long start = clock.nanos();
            T result;
            try {
                result = work.run();
            } catch (Throwable failure) {
                returnFailed(permit, failure);
                throw failure;
            }
            permit.successAfterNanos(clock.nanos() - start);
            return result;
        }
        throw refusal(admission);
    }

    <T extends @Nullable Object> CompletionStage<T> callAsync(
            Admission admission, Supplier<? extends CompletionStage<T>> work) {
        if (admission instanceof Permit permit) {
            long start = clock.nanos();
            CompletionStage<T> stage;
            try {
                stage = Objects.requireNonNull(work.get(), "stage");
            } catch (Throwable failure) {
                returnFailed(permit, failure);
                return CompletableFuture.failedFuture(failure);
            }
            return stage.whenComplete((result, failure) -> {
                if (failure == null) {
                    permit.successAfterNanos(clock.nanos() - start);
                } else {
                    returnFailed(permit, bare(failure));
                }
            });
        }
        return CompletableFuture.failedFuture(refusal(admission));
    }

    private CircuitOpenException refusal(Admission admission) {
        return new CircuitOpenException(name, ((Rejected) admission).retryAfter());
    }

    private void returnFailed(Permit permit, Throwable failure) {
        if (counts(failure)) {
            permit.failure(failure);
        } else {
            permit.release();
        }
    }

    private boolean counts(Throwable failure) {
        try {
            return counts.test(failure);
        } catch (RuntimeException e) {
            LOG.warn("The predicate of circuit '{}' failed; the failure counts", name, e);
            return true;
        }
    }

    /** A stage that depends on a failed one wraps what failed. */
    private static Throwable bare(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
        return cause == null ? failure : cause;
    }
}
