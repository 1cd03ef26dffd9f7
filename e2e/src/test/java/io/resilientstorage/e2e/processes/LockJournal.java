package io.resilientstorage.e2e.processes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.resilientstorage.api.LeaderElection;
import io.resilientstorage.api.Lease;
import io.resilientstorage.e2e.processes.LockEvent.Kind;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one process believes of its locks, written down while it does: a line is with the operating system when it is
 * written, so SIGKILL takes none away. Safe for use by several threads.
 */
final class LockJournal {

    private static final long WORTH_A_LINE = Duration.ofMillis(20).toNanos();

    private final OutputStream file;
    private final String process;
    private final Set<Held> all = ConcurrentHashMap.newKeySet();
    private final Set<Led> elections = ConcurrentHashMap.newKeySet();

    LockJournal(Path path, String process) throws IOException {
        this.file = new FileOutputStream(path.toFile());
        this.process = process;
    }

    /** Writes that a lease is held, until {@link Held#close}. */
    Held held(Lease lease, String owner) {
        Held held = new Held(lease, process + "/" + owner);
        all.add(held);
        return held;
    }

    /** Writes when this process leads. */
    void follow(LeaderElection election) {
        elections.add(new Led(election));
    }

    /** Looks at all that is held. */
    void look() {
        all.forEach(Held::look);
        elections.forEach(Led::look);
    }

    /** Writes that a guarded resource took a write. */
    void written(String resource, long token, long begun) {
        append(new LockEvent(Kind.WRITTEN, begun, resource, process, token, System.nanoTime()));
    }

    private synchronized void append(LockEvent event) {
        try {
            file.write((event.line() + "\n").getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The events of a journal, in their order; none if there is none yet. */
    static List<LockEvent> events(Path path) {
        try {
            String text = Files.exists(path) ? Files.readString(path) : "";
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .map(LockEvent::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A lease that is held. */
    final class Held {
        private final Lease lease;
        private final String owner;
        private long until;
        private boolean closed;

        private Held(Lease lease, String owner) {
            this.lease = lease;
            this.owner = owner;
            long now = System.nanoTime();
            until = now + lease.remaining().toNanos();
            if (until > now) {
                append(new LockEvent(Kind.HELD, now, lease.name(), owner, lease.fencingToken(), until));
            } else {
                closed = true;
            }
        }

        Lease lease() {
            return lease;
        }

        private synchronized void look() {
            // The time is taken first: what passes in between makes the end an earlier one, never a later one.
            long now = System.nanoTime();
            long next = now + lease.remaining().toNanos();
            if (!closed && next > now && next - until > WORTH_A_LINE) {
                until = next;
                append(new LockEvent(Kind.EXTENDED, now, lease.name(), owner, lease.fencingToken(), until));
            }
        }

        /** Gives it up. */
        boolean close() {
            synchronized (this) {
                if (!closed) {
                    closed = true;
                    long now = System.nanoTime();
                    append(new LockEvent(Kind.ENDED, now, lease.name(), owner, lease.fencingToken(), now));
                }
            }
            all.remove(this);
            return lease.release().join();
        }
    }

    /** An election. From the first sight of a token to the last one this process leads. */
    private final class Led {
        private final LeaderElection election;
        private long token;
        private long until;

        private Led(LeaderElection election) {
            this.election = election;
        }

        private synchronized void look() {
            long before = System.nanoTime();
            OptionalLong leads = election.fencingToken();
            long after = System.nanoTime();
            if (leads.isEmpty()) {
                return;
            }
            if (leads.getAsLong() != token) {
                token = leads.getAsLong();
                until = after;
                append(new LockEvent(Kind.HELD, after, election.name(), process, token, after));
            } else if (before - until > WORTH_A_LINE) {
                until = before;
                append(new LockEvent(Kind.EXTENDED, before, election.name(), process, token, before));
            }
        }
    }
}
