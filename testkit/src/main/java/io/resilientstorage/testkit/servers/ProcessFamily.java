package io.resilientstorage.testkit.servers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
        // A child may have ended meanwhile; "kill" reports that, and it is no failure.
        Tool.runAnyhow(command);
    }
}
