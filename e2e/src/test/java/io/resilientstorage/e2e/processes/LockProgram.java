package io.resilientstorage.e2e.processes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.HeldByOther;
import io.resilientstorage.api.LeaderListener;
import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.api.StorageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of an application that uses locks, with a {@link LockJournal}. It takes commands and ends as
 * {@link LoadProgram} does.
 *
 * <ul>
 *   <li>{@code try NAME MILLIS}, {@code acquire NAME MILLIS WAIT}: {@code acquired TOKEN BACKEND}, {@code held MILLIS}
 *       or {@code unavailable REASON MILLIS WHY}.
 *   <li>{@code keep NAME}: renews it from now on. {@code release NAME}: {@code released true} or {@code false}.
 *   <li>{@code contend NAME MILLIS HOLD THREADS}: so many threads acquire it, hold it for a while and release it, over
 *       and over.
 *   <li>{@code elect NAME MILLIS}: takes part in an election.
 *   <li>{@code guarded URL TOKEN}, {@code unguarded URL TOKEN}: writes to a row: {@code true} if it took the write.
 * </ul>
 */
final class LockProgram {

    private static final int TIME_OVER = 3;
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final ResilientStorage storage;
    private final LockJournal journal;
    private final Map<String, LockJournal.Held> held = new HashMap<>();

    private LockProgram(LoadSettings settings) throws IOException {
        journal = new LockJournal(settings.journal(), settings.process());
        storage = ResilientStorage.builder().properties(settings.storage()).build();
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, task -> daemon(task, "timer"));
        var unused = timer.scheduleWithFixedDelay(journal::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
        var unusedEnd = timer.schedule(
                () -> Runtime.getRuntime().halt(TIME_OVER), settings.longest().toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Runs with the settings in the file that is named. */
    public static void main(String[] arguments) throws IOException {
        PrintStream replies = System.out;
        System.setOut(System.err);
        LockProgram program = new LockProgram(LoadSettings.read(Path.of(arguments[0])));
        replies.println("ready");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = commands.readLine(); line != null && !line.equals("stop"); line = commands.readLine()) {
            replies.println(program.reply(line.split(" ")));
        }
        replies.println("stopped " + program.storage.close(Duration.ofSeconds(5)));
        System.exit(0);
    }

    private String reply(String... words) {
        try {
            return switch (words[0]) {
                case "try" -> told(words[1], storage.locks().tryAcquire(words[1], millis(words[2])));
                case "acquire" -> told(words[1], storage.locks().acquire(words[1], millis(words[2]), millis(words[3])));
                case "keep" -> {
                    requireNonNull(held.get(words[1])).lease().keepRenewing();
                    yield "kept";
                }
                case "release" ->
                    "released " + requireNonNull(held.remove(words[1])).close();
                case "contend" -> contend(words[1], millis(words[2]), millis(words[3]), Integer.parseInt(words[4]));
                case "elect" -> {
                    journal.follow(storage.locks().elect(words[1], millis(words[2]), new Nobody()));
                    yield "takes part";
                }
                case "guarded" -> "" + guarded(words[1], Long.parseLong(words[2]));
                case "unguarded" -> "" + FencedRow.write(words[1], FencedRow.UNGUARDED, Long.parseLong(words[2]));
                default -> "not known: " + words[0];
            };
        } catch (RuntimeException | SQLException e) {
            return "failed: " + e.toString().replaceAll("\\s+", " ");
        }
    }

    private static Duration millis(String word) {
        return Duration.ofMillis(Long.parseLong(word));
    }

    private String told(String name, LockResult result) {
        return switch (result.kind()) {
            case ACQUIRED -> {
                Lease lease = result.acquired().orElseThrow();
                held.put(name, journal.held(lease, "main"));
                yield "acquired " + lease.fencingToken() + " " + lease.backend();
            }
            case HELD_BY_OTHER -> "held " + ((HeldByOther) result).remaining().toMillis();
            case UNAVAILABLE -> {
                LockUnavailable why = (LockUnavailable) result;
                yield "unavailable " + why.reason() + " " + why.retryAfter().toMillis() + " " + why.detail();
            }
        };
    }

    private String contend(String name, Duration ttl, Duration hold, int threads) {
        for (int i = 0; i < threads; i++) {
            String owner = "contender-" + i;
            daemon(() -> contendForGood(name, ttl, hold, owner), owner).start();
        }
        return "contends";
    }

    private void contendForGood(String name, Duration ttl, Duration hold, String owner) {
        while (true) {
            try {
                var lease = storage.locks().acquire(name, ttl, WAIT).acquired();
                if (lease.isPresent()) {
                    LockJournal.Held mine = journal.held(lease.get(), owner);
                    LockSupport.parkNanos(hold.toNanos());
                    boolean unused = mine.close();
                } else {
                    LockSupport.parkNanos(LOOK.toNanos());
                }
            } catch (StorageException goesOn) {
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }
    }

    private boolean guarded(String url, long token) throws SQLException {
        long begun = System.nanoTime();
        boolean taken = FencedRow.write(url, FencedRow.guarded(), token);
        if (taken) {
            journal.written("row", token, begun);
        }
        return taken;
    }

    /** The journal looks by itself. */
    private static final class Nobody implements LeaderListener {
        @Override
        public void elected(long fencingToken) {}

        @Override
        public void steppedDown(long fencingToken) {}
    }
}
