package io.resilientstorage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.api.StorageEvent.CircuitChanged;
import io.resilientstorage.api.StorageEvent.FailedBack;
import io.resilientstorage.api.StorageEvent.FailedOver;
import io.resilientstorage.api.StorageEvent.HealthChanged;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Remembers events in the order in which they were told. */
final class EventRecorder implements Consumer<StorageEvent> {

    private final List<StorageEvent> events = new CopyOnWriteArrayList<>();

    @Override
    public void accept(StorageEvent event) {
        events.add(event);
    }

    List<StorageEvent> events() {
        return List.copyOf(events);
    }

    /** Fails unless events that fit these descriptions stand in this order, with others between them or not. */
    void assertInOrder(Described... wanted) {
        List<StorageEvent> all = events();
        List<String> found = new ArrayList<>();
        int at = 0;
        for (Described next : wanted) {
            while (at < all.size() && !next.matches().test(all.get(at))) {
                at++;
            }
            assertThat(at)
                    .as("after %s there is '%s' in %s", found, next.text(), all)
                    .isLessThan(all.size());
            found.add(next.text());
            at++;
        }
    }

    /** Fails unless what each change began with is what the change before it ended with. */
    void assertConsistent() {
        Map<String, Object> last = new HashMap<>();
        for (StorageEvent event : events) {
            if (event instanceof HealthChanged e) {
                assertFollows(last, "health of " + e.backend(), e.from(), e.to(), event);
            } else if (event instanceof CircuitChanged e) {
                assertFollows(last, "circuit of " + e.backend(), e.from(), e.to(), event);
            } else if (event instanceof FailedOver e) {
                assertFollows(last, "active backend", Optional.of(e.from()), e.to(), event);
            } else if (event instanceof FailedBack e) {
                assertFollows(last, "active backend", e.from(), Optional.of(e.to()), event);
            }
        }
    }

    private void assertFollows(Map<String, Object> last, String what, Object from, Object to, StorageEvent event) {
        assertThat(from)
                .as("%s, from which %s begins in %s", what, event, events)
                .isEqualTo(last.getOrDefault(what, from));
        last.put(what, to);
    }

    /** A description of an event. */
    record Described(String text, Predicate<StorageEvent> matches) {}

    static Described failedOver(String from, String to) {
        return new Described(
                from + " failed over to " + to,
                e -> e instanceof FailedOver f && f.from().equals(from) && f.to().equals(Optional.of(to)));
    }

    static Described failedBack(String from, String to) {
        return new Described(
                from + " failed back to " + to,
                e -> e instanceof FailedBack f && f.from().equals(Optional.of(from)) && f.to().equals(to));
    }

    static Described circuit(String backend, Circuit from, Circuit to) {
        return new Described(
                "circuit of " + backend + " went from " + from + " to " + to,
                e -> e instanceof CircuitChanged c && c.backend().equals(backend) && c.from() == from && c.to() == to);
    }

    static Described health(String backend, Health to) {
        return new Described(
                backend + " became " + to,
                e -> e instanceof HealthChanged h && h.backend().equals(backend) && h.to() == to);
    }
}
