package io.resilientstorage.breaker;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The code of docs/concepts/circuit.md, so that it compiles and runs. */
final class CircuitExamples {

    private static final Logger LOG = LoggerFactory.getLogger(CircuitExamples.class);

    /** Something that can fail. */
    interface Payments {
        String charge(String order) throws IOException;

        default CompletionStage<String> chargeLater(String order) {
            return CompletableFuture.completedFuture("later " + order);
        }
    }

    private final Payments payments;

    CircuitExamples(Payments payments) {
        this.payments = payments;
    }

    private final CircuitBreaker breaker = CircuitBreaker.builder("payments")
            .slowCallDuration(Duration.ofSeconds(1))
            .onTransition(change -> LOG.warn("payments: {} -> {}, {}", change.from(), change.to(), change.cause()))
            .build();

    String charge(String order) throws IOException {
        try {
            return breaker.call(() -> payments.charge(order));
        } catch (CircuitOpenException refused) {
            return "try again in " + refused.retryAfter().toSeconds() + " s";
        }
    }

    CompletionStage<String> chargeLater(String order) {
        return breaker.callAsync(() -> payments.chargeLater(order));
    }

    Optional<String> chargeByHand(String order) throws IOException {
        if (breaker.tryAcquire() instanceof Permit permit) {
            long start = System.nanoTime();
            try {
                String receipt = payments.charge(order);
                permit.successAfterNanos(System.nanoTime() - start);
                return Optional.of(receipt);
            } catch (IllegalArgumentException mistake) {
                permit.release(); // the caller's mistake says nothing about the service
                throw mistake;
            } catch (IOException | RuntimeException e) {
                permit.failure(e);
                throw e;
            }
        }
        return Optional.empty();
    }
}
