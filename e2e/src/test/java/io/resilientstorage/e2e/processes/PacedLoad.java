package io.resilientstorage.e2e.processes;

import io.resilientstorage.api.Storage;
import io.resilientstorage.api.StorageException;
import io.resilientstorage.e2e.processes.JournalEvent.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Threads that set, delete and read keys at a steady rate, until they are told to stop. Every value is unique; some
 * live for some seconds at most. After each second write the same key is read at once. A call that takes long delays
 * the next; what was missed is not made up for.
 *
 * <p>Its threads park until the instant at which the next call is due: to make calls at a rate is what a load is for,
 * and nothing waits for what those pauses bring about.
 */
final class PacedLoad {

    private static final int DELETES_IN_A_HUNDRED = 12;
    private static final int SHARED_IN_A_HUNDRED = 35;
    private static final int ENDING_IN_A_HUNDRED = 15;
    private static final int LONGEST_LIFE_MILLIS = 3_000;

    private final LoadSettings settings;
    private final Storage storage;
    private final Journal journal;
    private final List<Thread> threads = new ArrayList<>();
    // A call holds the lock for reading, a pause for writing.
    private final ReentrantReadWriteLock pause = new ReentrantReadWriteLock(true);
    private final AtomicLong calls = new AtomicLong();
    private volatile boolean stopped;

    private PacedLoad(LoadSettings settings, Storage storage, Journal journal) {
        this.settings = settings;
        this.storage = storage;
        this.journal = journal;
    }

    /** Begins. */
    static PacedLoad start(LoadSettings settings, Storage storage, Journal journal) {
        PacedLoad load = new PacedLoad(settings, storage, journal);
        if (settings.callsPerSecond() > 0) {
            for (int i = 0; i < settings.threads(); i++) {
                Random random = new Random(settings.process().hashCode() * 31L + i);
                Thread thread = new Thread(() -> load.run(random), "load-" + i);
                thread.setDaemon(true);
                load.threads.add(thread);
                thread.start();
            }
        }
        return load;
    }

    private void run(Random random) {
        long pace = Duration.ofSeconds(settings.threads()).toNanos() / settings.callsPerSecond();
        long due = System.nanoTime();
        while (!stopped) {
            String key = key(random);
            int kind = random.nextInt(100);
            Duration life = Duration.ofMillis(1 + random.nextInt(LONGEST_LIFE_MILLIS));
            make(() -> {
                if (kind < DELETES_IN_A_HUNDRED) {
                    delete(key);
                } else {
                    set(key, kind < DELETES_IN_A_HUNDRED + ENDING_IN_A_HUNDRED ? life : Duration.ZERO);
                }
            });
            String read = random.nextBoolean() ? key : key(random);
            make(() -> read(read));
            due = Math.max(due + 2 * pace, System.nanoTime() - pace);
            awaitTime(due);
        }
    }

    private String key(Random random) {
        return random.nextInt(100) < SHARED_IN_A_HUNDRED
                ? "shared-" + random.nextInt(settings.sharedKeys())
                : settings.process() + "-" + random.nextInt(settings.ownKeys());
    }

    private void make(Runnable call) {
        pause.readLock().lock();
        try {
            if (!stopped) {
                call.run();
                calls.incrementAndGet();
            }
        } catch (StorageException inTheJournal) {
            calls.incrementAndGet();
        } finally {
            pause.readLock().unlock();
        }
    }

    private void delete(String key) {
        journal.write(
                journal.nextCall(),
                Operation.DELETE,
                key,
                "",
                () -> storage.delete(key).receipt());
    }

    /** Sets a unique value; a life of zero is one without end. */
    private void set(String key, Duration life) {
        long call = journal.nextCall();
        String value = settings.process() + "=" + call;
        journal.write(
                call,
                Operation.SET,
                key,
                value,
                life,
                () -> life.isZero() ? storage.set(key, value) : storage.set(key, value, life));
    }

    private void read(String key) {
        journal.read(journal.nextCall(), key, () -> storage.read(key));
    }

    /** Returns at this instant, by {@link System#nanoTime()}, or as soon as the thread is interrupted. */
    static void awaitTime(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            LockSupport.parkNanos(left);
        }
    }

    /** How many calls have ended. */
    long calls() {
        return calls.get();
    }

    /** Lets no more calls begin, and waits until those under way have ended. For the thread that resumes, too. */
    void pause() {
        pause.writeLock().lock();
    }

    /** Goes on after {@link #pause()}. */
    void resume() {
        pause.writeLock().unlock();
    }

    /** Makes no more calls. */
    void stop() {
        stopped = true;
        while (pause.isWriteLockedByCurrentThread()) {
            pause.writeLock().unlock();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
