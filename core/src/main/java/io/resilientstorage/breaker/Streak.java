package io.resilientstorage.breaker;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The failures since the last success. Written under the state machine's lock, read by all. */
final class Streak {

    private volatile int length;
    private volatile @Nullable Throwable last;

    /** Counts a failure, and says how many there are in a row now. */
    int lengthen(Throwable failure) {
        int longer = length + 1;
        length = longer;
        last = failure;
        return longer;
    }

    void end() {
        length = 0;
    }

    int length() {
        return length;
    }

    /** The last failure ever; a success does not unmake it. */
    Optional<Throwable> last() {
        return Optional.ofNullable(last);
    }
}
