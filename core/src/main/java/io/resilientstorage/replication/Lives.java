package io.resilientstorage.replication;

import io.resilientstorage.api.Sync;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.StateKeeper;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Names the lives of backends more finely than their incarnations do: a server that is emptied while it runs keeps its
 * incarnation, and is COLD once more than before. What a backend acknowledged in another life than it has now, it may
 * have lost. Safe for use by several threads.
 */
final class Lives {

    /**
     * A life.
     *
     * @param incarnation the backend's own name for it
     * @param losses how often the backend was seen to have become COLD
     * @param cold whether it is
     * @param text its name, one text for all the records of it
     */
    private record Life(String incarnation, int losses, boolean cold, String text) {

        Life with(String otherIncarnation, int otherLosses, boolean isCold) {
            return incarnation.equals(otherIncarnation) && losses == otherLosses
                    ? new Life(incarnation, losses, isCold, text)
                    : new Life(otherIncarnation, otherLosses, isCold, otherIncarnation + '/' + otherLosses);
        }
    }

    private final StateKeeper keeper;
    private final AtomicReferenceArray<Life> lives;

    Lives(StateKeeper keeper) {
        this.keeper = keeper;
        int backends = keeper.current().backends().size();
        this.lives = new AtomicReferenceArray<>(backends);
        for (int index = 0; index < backends; index++) {
            lives.set(index, new Life("", 0, false, "/0"));
        }
    }

    /** Called after each change of state. */
    void look() {
        List<BackendState> states = keeper.current().backends();
        for (int index = 0; index < states.size(); index++) {
            boolean cold = states.get(index).sync() == Sync.COLD;
            if (cold != lives.get(index).cold()) {
                lives.updateAndGet(
                        index,
                        life -> cold == life.cold()
                                ? life
                                : life.with(life.incarnation(), life.losses() + (cold ? 1 : 0), cold));
            }
        }
    }

    /** The name of the life that a backend has now, if that is its incarnation; empty for an empty one. */
    String name(int index, String incarnation) {
        if (incarnation.isEmpty()) {
            return "";
        }
        Life now = lives.get(index);
        return now.incarnation().equals(incarnation)
                ? now.text()
                : lives.updateAndGet(index, life -> life.with(incarnation, life.losses(), life.cold()))
                        .text();
    }
}
