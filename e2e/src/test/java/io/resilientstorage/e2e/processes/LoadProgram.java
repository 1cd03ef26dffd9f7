package io.resilientstorage.e2e.processes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.e2e.processes.JournalEvent.Operation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A process of an application: a storage under a {@link PacedLoad}, with a {@link Journal}. It takes commands on its
 * input, a line each, and replies with a line on its output; its log goes to the error output. It ends when it is told
 * to, when its input ends (as it does when the test has gone), and at the latest after the time in its settings.
 *
 * <ul>
 *   <li>{@code pause}, {@code resume}: no call is under way in between.
 *   <li>{@code report}: how many calls have ended, and how the backends are.
 *   <li>{@code set KEY VALUE}: when it was acknowledged, and by which backend.
 *   <li>{@code await KEY VALUE MILLIS}: reads until it sees the value; when that was, or {@code missing}.
 *   <li>{@code stop}: closes the storage.
 * </ul>
 */
final class LoadProgram {

    private static final Duration POLL = Duration.ofMillis(2);
    private static final int TIME_OVER = 3;

    private final ResilientStorage storage;
    private final Journal journal;
    private final PacedLoad load;

    private LoadProgram(LoadSettings settings) throws IOException {
        journal = Journal.create(settings.journal());
        storage = ResilientStorage.builder().properties(settings.storage()).build();
        load = PacedLoad.start(settings, storage, journal);
    }

    /** Runs with the settings in the file that is named. */
    public static void main(String[] arguments) throws IOException {
        PrintStream replies = System.out;
        System.setOut(System.err);
        LoadSettings settings = LoadSettings.read(Path.of(arguments[0]));
        endAfter(settings.longest());
        LoadProgram program = new LoadProgram(settings);
        replies.println("ready");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = commands.readLine(); line != null && !line.equals("stop"); line = commands.readLine()) {
            replies.println(program.reply(List.of(line.split(" "))));
        }
        replies.println("stopped " + program.stop());
        System.exit(0);
    }

    private static void endAfter(Duration longest) {
        ScheduledExecutorService end = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "end");
            thread.setDaemon(true);
            return thread;
        });
        var unused =
                end.schedule(() -> Runtime.getRuntime().halt(TIME_OVER), longest.toMillis(), TimeUnit.MILLISECONDS);
    }

    private String reply(List<String> command) {
        try {
            return switch (command.get(0)) {
                case "pause" -> {
                    load.pause();
                    yield "paused";
                }
                case "resume" -> {
                    load.resume();
                    yield "resumed";
                }
                case "report" -> report();
                case "set" -> set(command.get(1), command.get(2));
                case "await" ->
                    await(command.get(1), command.get(2), Duration.ofMillis(Long.parseLong(command.get(3))));
                default -> "not known: " + command;
            };
        } catch (RuntimeException e) {
            return "failed: " + e.toString().replaceAll("\\s+", " ");
        }
    }

    private String report() {
        StringBuilder report = new StringBuilder(
                "report " + load.calls() + " " + storage.activeBackend().orElse("none"));
        Map.copyOf(storage.healthStatus().backends())
                .forEach((name, status) -> report.append(" ")
                        .append(String.join(
                                "/",
                                name,
                                status.health().name(),
                                status.circuit().name(),
                                status.sync().name(),
                                status.pending() + " pending")));
        return report.toString();
    }

    private String set(String key, String value) {
        Receipt receipt = journal.write(journal.nextCall(), Operation.SET, key, value, () -> storage.set(key, value));
        return "acknowledged " + System.nanoTime() + " " + receipt.backend();
    }

    private String await(String key, String value, Duration patience) {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < patience.toNanos()) {
            ReadResult<String> result = journal.read(journal.nextCall(), key, () -> storage.read(key));
            if (result.value().equals(Optional.of(value))) {
                return "seen " + System.nanoTime() + " " + result.backend();
            }
            PacedLoad.awaitTime(System.nanoTime() + POLL.toNanos());
        }
        return "missing";
    }

    private boolean stop() throws IOException {
        load.stop();
        boolean complete = storage.close(Duration.ofSeconds(5));
        journal.close();
        return complete;
    }
}
