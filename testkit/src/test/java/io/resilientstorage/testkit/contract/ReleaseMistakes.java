package io.resilientstorage.testkit.contract;

import io.resilientstorage.backend.ReleaseWatch;
import java.util.Locale;
import java.util.Optional;

/** Backends that make one mistake each in telling of releases. */
final class ReleaseMistakes {

    private ReleaseMistakes() {}

    static class TellsOfNoRelease extends LockMistakes.Mistaken {
        TellsOfNoRelease() {
            super(backend -> new MapLocks(backend) {
                @Override
                void tell(String space, String name) {}
            });
        }
    }

    static class TellsOfOtherSpaces extends LockMistakes.Mistaken {
        TellsOfOtherSpaces() {
            super(backend -> new MapLocks(backend) {
                @Override
                void tell(String space, String name) {
                    watches().forEach(watch -> watch.listener().released(name));
                }
            });
        }
    }

    static class TellsNamesFolded extends LockMistakes.Mistaken {
        TellsNamesFolded() {
            super(backend -> new MapLocks(backend) {
                @Override
                void tell(String space, String name) {
                    super.tell(space, name.toLowerCase(Locale.ROOT));
                }
            });
        }
    }

    static class GoesOnTelling extends LockMistakes.Mistaken {
        GoesOnTelling() {
            super(backend -> new MapLocks(backend) {
                @Override
                void leave(Watch watch) {}
            });
        }
    }

    static class SaysThatItTellsNobody extends LockMistakes.Mistaken {
        SaysThatItTellsNobody() {
            super(backend -> new MapLocks(backend) {
                @Override
                public Optional<ReleaseWatch> watchReleases(String space, ReleaseWatch.Listener listener) {
                    return Optional.empty();
                }
            });
        }
    }
}
