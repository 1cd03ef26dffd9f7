package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.ReleaseWatch;
import io.resilientstorage.testkit.FaultyBackend;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The wrappers of this module tell of releases if the backend inside does. */
class WrappedReleasesTest {

    private static final String SPACE = "space";

    static Stream<Backend> wrappers() {
        return Stream.of(new FaultyBackend(new MapBackend()), new RestartableBackend(MapBackend::new));
    }

    @ParameterizedTest
    @MethodSource("wrappers")
    void whatIsToldInsideIsToldOutside(Backend wrapper) throws Exception {
        OpenBackend open = new OpenBackend(new MapFixture(new MapBackend()) {
            @Override
            public Backend backend() {
                return wrapper;
            }
        });
        LockCalls locks = new LockCalls(new Subject(open), SPACE);
        locks.begin();
        List<String> told = new CopyOnWriteArrayList<>();
        ReleaseWatch watch =
                locks.store().watchReleases(SPACE, new Listener(told)).orElseThrow();
        locks.granted("lock", "one");
        locks.release("lock", "one", FencingToken.NONE);
        watch.close();
        open.close();
        assertThat(told).containsExactly("begun", "lock");
    }

    private record Listener(List<String> told) implements ReleaseWatch.Listener {
        @Override
        public void begun() {
            told.add("begun");
        }

        @Override
        public void released(String name) {
            told.add(name);
        }

        @Override
        public void ended() {
            told.add("ended");
        }
    }
}
