package io.resilientstorage.testkit.servers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A process and all of its children, and signals to them. */
final class ProcessFamily {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ProcessHandle parent;

    ProcessFamily(ProcessHandle parent) {
        this.parent = parent;
    }

    /** Stops them where they stand: their sockets stay open, and nobody answers. */
    void pause() throws IOException {
        // The parent first: from then on it makes no more children.
        send("STOP", List.of(parent));
        send("STOP", children());
    }

    /** Lets them go on. */
    void resume() throws IOException {
        send("CONT", children());
        send("CONT", List.of(parent));
    }

    /** Ends them at once, with no chance to clean up, and waits until they are gone. */
    void kill() throws IOException {
        if (parent.isAlive()) {
            send("STOP", List.of(parent));
        }
        List<ProcessHandle> family = new ArrayList<>(children());
        family.add(parent);
        family.forEach(ProcessHandle::destroyForcibly);
        Awaitility.await("the end of process " + parent.pid() + " and its children")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> family.stream().noneMatch(ProcessHandle::isAlive));
    }

    private List<ProcessHandle> children() {
        return parent.descendants().collect(Collectors.toList());
    }

    private static void send(String signal, List<ProcessHandle> processes) throws IOException {
        if (processes.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        Process kill = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            // A child may have ended meanwhile; "kill" reports that, and it is no failure.
            if (!kill.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("'kill' does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while sending a signal", e);
        }
    }
}
