package io.resilientstorage.replication;

import io.resilientstorage.api.Sync;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.Warmth;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.StateKeeper;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Names the lives of backends more finely than their incarnations do: a server that is emptied while it runs keeps its
 * incarnation, but becomes COLD, and loses its sentinel. What a backend acknowledged in another life than it has now,
 * it may have lost. Safe for use by several threads.
 */
final class Lives {

    /**
     * A life.
     *
     * @param incarnation the backend's own name for it
     * @param losses how often the backend was seen to have become COLD, or to have lost its sentinel
     * @param cold whether it is
     * @param warm whether the sentinel that was seen there last said WARM
     * @param sentinel its id, empty for none, null before the first look
     * @param text its name, one text for all the records of it
     */
    private record Life(
            String incarnation,
            int losses,
            boolean cold,
            boolean warm,
            @Nullable String sentinel,
            String text) {

        Life of(String other) {
            return new Life(other, losses, cold, warm, sentinel, other + '/' + losses);
        }

        Life lost() {
            return new Life(incarnation, losses + 1, cold, warm, sentinel, incarnation + '/' + (losses + 1));
        }

        Life withCold(boolean isCold) {
            return new Life(incarnation, losses, isCold, warm, sentinel, text);
        }

        Life withSentinel(String id, boolean isWarm) {
            return new Life(incarnation, losses, cold, isWarm, id, text);
        }
    }

    private final StateKeeper keeper;
    private final AtomicReferenceArray<Life> lives;

    Lives(StateKeeper keeper) {
        this.keeper = keeper;
        int backends = keeper.current().backends().size();
        this.lives = new AtomicReferenceArray<>(backends);
        for (int index = 0; index < backends; index++) {
            lives.set(index, new Life("", 0, false, false, null, "/0"));
        }
    }

    /** Called after each change of state. */
    void look() {
        List<BackendState> states = keeper.current().backends();
        for (int index = 0; index < states.size(); index++) {
            name(index, states.get(index).incarnation().orElse(""));
            boolean cold = states.get(index).sync() == Sync.COLD;
            if (cold != lives.get(index).cold()) {
                lives.updateAndGet(
                        index, life -> cold == life.cold() ? life : (cold ? life.lost() : life).withCold(cold));
            }
        }
    }

    /**
     * Called with what each look at a sentinel finds. Another than before is a loss, and so is the first one after
     * none: what is lost again while there is none leaves no trace.
     */
    void sentinelSeen(int index, Optional<Sentinel> sentinel) {
        String id = sentinel.map(Sentinel::id).orElse("");
        boolean warm = sentinel.isPresent() && sentinel.get().warmth() == Warmth.WARM;
        Life now = lives.get(index);
        if (!id.equals(now.sentinel()) || warm != now.warm()) {
            lives.updateAndGet(index, life -> {
                boolean another = life.sentinel() != null && !life.sentinel().equals(id);
                return (another ? life.lost() : life).withSentinel(id, warm);
            });
        }
    }

    /**
     * Called with what was told when hints were cleared. That a sentinel is not everywhere means something only if it
     * was: one that says COLD need not be.
     */
    void cleared(int index, ClearReply reply) {
        if (reply.tellsSentinel()
                && (reply.sentinel().isPresent() || lives.get(index).warm())) {
            sentinelSeen(index, reply.sentinel());
        }
    }

    /** The name of the life that a backend was last seen in. */
    String now(int index) {
        return lives.get(index).text();
    }

    /** The name of the life that a backend has now, if that is its incarnation; empty for an empty one. */
    String name(int index, String incarnation) {
        if (incarnation.isEmpty()) {
            return "";
        }
        Life now = lives.get(index);
        return now.incarnation().equals(incarnation)
                ? now.text()
                : lives.updateAndGet(index, life -> life.of(incarnation)).text();
    }
}
