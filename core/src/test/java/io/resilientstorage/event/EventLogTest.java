package io.resilientstorage.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.LockRefusal;
import io.resilientstorage.api.LossReason;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.api.Sync;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Each event is logged once: WARN where something got worse, INFO where it got better. */
class EventLogTest {

    private static final Instant AT = Instant.EPOCH;
    private static final Duration LASTED = Duration.ofSeconds(61);

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.resilientstorage.events");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private boolean additive;

    @BeforeEach
    void listen() {
        additive = logger.isAdditive();
        logger.setAdditive(false);
        logger.addAppender(log);
        log.start();
    }

    @AfterEach
    void leave() {
        logger.detachAppender(log);
        logger.setAdditive(additive);
    }

    static Stream<Arguments> everyEvent() {
        return Stream.of(
                arguments(
                        new StorageEvent.FailedOver(AT, "redis", Optional.of("sql"), "circuit OPEN", LASTED),
                        "WARN Failed over from redis to sql after PT1M1S: circuit OPEN"),
                arguments(
                        new StorageEvent.FailedBack(AT, Optional.empty(), "redis", LASTED),
                        "INFO Failed back from nothing to redis after PT1M1S"),
                arguments(
                        new StorageEvent.CircuitChanged(
                                AT, "redis", Circuit.CLOSED, Circuit.OPEN, Optional.of("refused"), LASTED),
                        "WARN Circuit of redis went from CLOSED to OPEN after PT1M1S: refused"),
                arguments(
                        new StorageEvent.HealthChanged(
                                AT, "redis", Health.UNHEALTHY, Health.HEALTHY, Optional.empty(), LASTED),
                        "INFO Health of redis went from UNHEALTHY to HEALTHY after PT1M1S"),
                arguments(
                        new StorageEvent.IncarnationChanged(AT, "redis", "a", "b"),
                        "WARN redis came back as another than it was (b, before a): it may have lost writes"),
                arguments(
                        new StorageEvent.SyncChanged(
                                AT,
                                "redis",
                                Sync.IN_SYNC,
                                Sync.CATCHING_UP,
                                Optional.of("database has hints for it"),
                                LASTED),
                        "WARN Sync of redis went from IN_SYNC to CATCHING_UP after PT1M1S: database has hints for it"),
                arguments(
                        new StorageEvent.SyncChanged(
                                AT, "redis", Sync.COLD, Sync.CATCHING_UP, Optional.of("it was warmed up"), LASTED),
                        "WARN Sync of redis went from COLD to CATCHING_UP after PT1M1S: it was warmed up"),
                arguments(
                        new StorageEvent.SyncChanged(
                                AT, "redis", Sync.CATCHING_UP, Sync.IN_SYNC, Optional.empty(), LASTED),
                        "INFO Sync of redis went from CATCHING_UP to IN_SYNC after PT1M1S"),
                arguments(
                        new StorageEvent.RecoveryFinished(AT, "redis", 12_000, LASTED),
                        "INFO redis has everything again: it got 12000 records in PT1M1S"),
                arguments(
                        new StorageEvent.CameBackWithoutMirror(AT, "redis", "it came back empty"),
                        "WARN redis serves again as it is (it came back empty): there is no durable shared backend to"
                                + " bring it up to date from, so writes that it lost stay lost, and what was deleted"
                                + " since may be there again"),
                arguments(
                        new StorageEvent.DeletionsLost(AT, "sql", "redis has a ttlCap"),
                        "WARN sql went back to an earlier state, and what was deleted since may be there again: redis"
                                + " has a ttlCap"),
                arguments(
                        new StorageEvent.HintParked(AT, "redis", "sql", "carts", "no such encoding"),
                        "WARN redis does not take a record of namespace 'carts' that sql has; its hint is parked: no"
                                + " such encoding"),
                arguments(
                        new StorageEvent.RecordsGivenUp(AT, "sql", 3, "TOO_OLD"),
                        "WARN sql will not get 3 records: TOO_OLD"),
                arguments(
                        new StorageEvent.BacklogForgotten(AT, "redis", "100000 records (maxPendingRecords)"),
                        "WARN What waits for redis is kept by hints alone from here on: 100000 records"
                                + " (maxPendingRecords)"),
                arguments(
                        new StorageEvent.NotFlushed(AT, "redis", 17, true),
                        "WARN Closed while redis still lacked 17 records; hints keep them, and other processes or the"
                                + " next start will bring them"),
                arguments(
                        new StorageEvent.NotFlushed(AT, "redis", 17, false),
                        "WARN Closed while redis still lacked 17 records; hints do not keep all of them, and the rest"
                                + " is lost to it"),
                arguments(
                        new StorageEvent.LockLost(AT, "carts", "job", "redis", LossReason.TAKEN, LASTED),
                        "WARN The lock 'job' of 'carts' that redis had granted is lost after PT1M1S: TAKEN"),
                arguments(
                        new StorageEvent.LockAuthorityChanged(AT, "carts", "sql", "redis is away", LASTED),
                        "WARN sql may grant the locks of 'carts', beginning in PT1M1S: redis is away"),
                arguments(
                        new StorageEvent.LockRefused(AT, "carts", LockRefusal.DRAINING, "leases may run", LASTED),
                        "WARN Locks of 'carts' are not granted, perhaps again in PT1M1S: DRAINING: leases may run"),
                arguments(new StorageEvent.TakenOffline(AT, "redis"), "INFO redis was taken offline"),
                arguments(new StorageEvent.BroughtOnline(AT, "redis"), "INFO redis was brought online"),
                arguments(
                        new StorageEvent.Flapping(AT, 4, Duration.ofMinutes(5)),
                        "WARN Flapping: the active backend changed 4 times within PT5M"));
    }

    @ParameterizedTest
    @MethodSource("everyEvent")
    void anEventIsLoggedOnceWithItsCauseAndDuration(StorageEvent event, String line) {
        new EventLog().accept(event);

        assertThat(lines()).containsExactly(line);
    }

    /** Losing events is the loss of one listener, and the log is another. */
    @Test
    void whatAnotherListenerLostIsNotLogged() {
        new EventLog().accept(new StorageEvent.EventsDropped(AT, 3));

        assertThat(log.list).isEmpty();
    }

    @Test
    void noEventIsLeftOutHere() {
        assertThat(everyEvent()
                        .map(of ->
                                Objects.requireNonNull(of.get()[0]).getClass().getSimpleName())
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(StorageEvent.class.getPermittedSubclasses())
                        .filter(sort -> sort != StorageEvent.EventsDropped.class)
                        .map(Class::getSimpleName)
                        .toList());
    }

    private List<String> lines() {
        return log.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }
}
