package io.resilientstorage.event;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.api.StorageEvent.BacklogForgotten;
import io.resilientstorage.api.StorageEvent.BroughtOnline;
import io.resilientstorage.api.StorageEvent.CameBackWithoutMirror;
import io.resilientstorage.api.StorageEvent.CircuitChanged;
import io.resilientstorage.api.StorageEvent.DeletionsLost;
import io.resilientstorage.api.StorageEvent.FailedBack;
import io.resilientstorage.api.StorageEvent.FailedOver;
import io.resilientstorage.api.StorageEvent.Flapping;
import io.resilientstorage.api.StorageEvent.HealthChanged;
import io.resilientstorage.api.StorageEvent.HintParked;
import io.resilientstorage.api.StorageEvent.IncarnationChanged;
import io.resilientstorage.api.StorageEvent.LockAuthorityChanged;
import io.resilientstorage.api.StorageEvent.LockLost;
import io.resilientstorage.api.StorageEvent.LockRefused;
import io.resilientstorage.api.StorageEvent.NotFlushed;
import io.resilientstorage.api.StorageEvent.RecordsGivenUp;
import io.resilientstorage.api.StorageEvent.RecoveryFinished;
import io.resilientstorage.api.StorageEvent.SyncChanged;
import io.resilientstorage.api.StorageEvent.TakenOffline;
import io.resilientstorage.api.Sync;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each event to the log once, with its cause and duration: WARN when something got worse, INFO when it got
 * better.
 */
public final class EventLog implements Consumer<StorageEvent> {

    private static final Logger LOG = LoggerFactory.getLogger("io.resilientstorage.events");

    @Override
    public void accept(StorageEvent event) {
        if (event instanceof FailedOver e) {
            LOG.warn(
                    "Failed over from {} to {} after {}: {}",
                    e.from(),
                    e.to().orElse("nothing, no backend is left"),
                    e.activeFor(),
                    e.cause());
        } else if (event instanceof FailedBack e) {
            LOG.info("Failed back from {} to {} after {}", e.from().orElse("nothing"), e.to(), e.activeFor());
        } else if (event instanceof CircuitChanged e) {
            String text = "Circuit of {} went from {} to {} after {}{}";
            if (e.to() == Circuit.OPEN) {
                LOG.warn(text, e.backend(), e.from(), e.to(), e.lasted(), because(e.cause()));
            } else {
                LOG.info(text, e.backend(), e.from(), e.to(), e.lasted(), because(e.cause()));
            }
        } else if (event instanceof HealthChanged e) {
            String text = "Health of {} went from {} to {} after {}{}";
            if (e.to() == Health.HEALTHY) {
                LOG.info(text, e.backend(), e.from(), e.to(), e.lasted(), because(e.cause()));
            } else {
                LOG.warn(text, e.backend(), e.from(), e.to(), e.lasted(), because(e.cause()));
            }
        } else if (event instanceof IncarnationChanged e) {
            LOG.warn(
                    "{} came back as another than it was ({}, before {}): it may have lost writes",
                    e.backend(),
                    e.to(),
                    e.from());
        } else if (event instanceof TakenOffline e) {
            LOG.info("{} was taken offline", e.backend());
        } else if (event instanceof BroughtOnline e) {
            LOG.info("{} was brought online", e.backend());
        } else if (event instanceof Flapping e) {
            LOG.warn("Flapping: the active backend changed {} times within {}", e.switches(), e.within());
        } else {
            recovery(event);
        }
    }

    /** What the way back of a backend brings. */
    private static void recovery(StorageEvent event) {
        if (event instanceof SyncChanged e) {
            String text = "Sync of {} went from {} to {} after {}{}";
            if (e.to() == Sync.IN_SYNC) {
                LOG.info(text, e.backend(), e.from(), e.to(), e.lasted(), because(e.cause()));
            } else {
                LOG.warn(text, e.backend(), e.from(), e.to(), e.lasted(), because(e.cause()));
            }
        } else if (event instanceof RecoveryFinished e) {
            LOG.info("{} has everything again: it got {} records in {}", e.backend(), e.records(), e.lasted());
        } else if (event instanceof CameBackWithoutMirror e) {
            LOG.warn(
                    "{} serves again as it is ({}): there is no durable shared backend to bring it up to date from, so"
                            + " writes that it lost stay lost, and what was deleted since may be there again",
                    e.backend(),
                    e.reason());
        } else if (event instanceof DeletionsLost e) {
            LOG.warn(
                    "{} went back to an earlier state, and what was deleted since may be there again: {}",
                    e.backend(),
                    e.reason());
        } else if (event instanceof HintParked e) {
            LOG.warn(
                    "{} does not take a record of namespace '{}' that {} has; its hint is parked: {}",
                    e.backend(),
                    e.namespace(),
                    e.source(),
                    e.reason());
        } else if (event instanceof RecordsGivenUp e) {
            LOG.warn("{} will not get {} records: {}", e.backend(), e.records(), e.reason());
        } else if (event instanceof BacklogForgotten e) {
            LOG.warn("What waits for {} is kept by hints alone from here on: {}", e.backend(), e.bound());
        } else if (event instanceof NotFlushed e) {
            LOG.warn(
                    "Closed while {} still lacked {} records; {}",
                    e.backend(),
                    e.records(),
                    e.hinted()
                            ? "hints keep them, and other processes or the next start will bring them"
                            : "hints do not keep all of them, and the rest is lost to it");
        } else {
            locks(event);
        }
    }

    private static void locks(StorageEvent event) {
        if (event instanceof LockLost e) {
            LOG.warn(
                    "The lock '{}' of '{}' that {} had granted is lost after {}: {}",
                    e.name(),
                    e.space(),
                    e.backend(),
                    e.heldFor(),
                    e.reason());
        } else if (event instanceof LockAuthorityChanged e) {
            LOG.warn(
                    "{} may grant the locks of '{}', beginning in {}: {}",
                    e.backend(),
                    e.space(),
                    e.drain(),
                    e.cause());
        } else if (event instanceof LockRefused e) {
            LOG.warn(
                    "Locks of '{}' are not granted, perhaps again in {}: {}: {}",
                    e.space(),
                    e.retryAfter(),
                    e.reason(),
                    e.detail());
        }
    }

    private static String because(Optional<String> cause) {
        return cause.map(c -> ": " + c).orElse("");
    }
}
