package io.resilientstorage.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Found;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Unknown;
import io.resilientstorage.api.Version;
import io.resilientstorage.e2e.processes.JournalEvent.Acknowledged;
import io.resilientstorage.e2e.processes.JournalEvent.Answered;
import io.resilientstorage.e2e.processes.JournalEvent.Begun;
import io.resilientstorage.e2e.processes.JournalEvent.Failed;
import io.resilientstorage.e2e.processes.JournalEvent.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    private static final Receipt RECEIPT = new Receipt(
            Version.of(1_700_000_000_000L, 3, 42), "database", Durability.DURABLE, Set.of("redis", "other"), false);

    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        Path file = folder.resolve("journal");
        try (Journal journal = Journal.create(file)) {
            journal.write(1, Operation.SET, "key", "one=1", () -> RECEIPT);
            journal.read(2, "key", () -> new Found<>("one=1", RECEIPT.version(), "redis", true, Optional.empty()));
            journal.read(3, "key", () -> new Unknown<>("redis", "no reason"));
            assertThatThrownBy(() -> journal.write(4, Operation.DELETE, "key", "", () -> {
                        throw new IllegalStateException("two\nlines\tand more");
                    }))
                    .isInstanceOf(IllegalStateException.class);
        }
        List<JournalEvent> events = Journal.events(file);
        assertThat(events)
                .extracting(JournalEvent::getClass)
                .isEqualTo(List.of(
                        Begun.class,
                        Acknowledged.class,
                        Begun.class,
                        Answered.class,
                        Begun.class,
                        Answered.class,
                        Begun.class,
                        Failed.class));
        assertThat(((Acknowledged) events.get(1)).receipt()).isEqualTo(RECEIPT);
        assertThat(((Answered) events.get(3)).version()).isEqualTo(RECEIPT.version());
        assertThat(((Answered) events.get(3)).stale()).isTrue();
        assertThat(((Failed) events.get(7)).problem()).endsWith("two lines and more");
        assertThat(events).extracting(JournalEvent::nanos).isSorted();
    }

    @Test
    void lineThatTheEndOfTheProcessCutDoesNotCount() throws IOException {
        Path file = folder.resolve("journal");
        try (Journal journal = Journal.create(file)) {
            journal.write(1, Operation.SET, "key", "one=1", () -> RECEIPT);
        }
        Files.writeString(file, "begun\t2\t17", StandardOpenOption.APPEND);

        assertThat(Journal.events(file)).hasSize(2);
    }

    @Test
    void lineIsReadableByOthersBeforeTheCallHasEnded() throws IOException {
        Path file = folder.resolve("journal");
        try (Journal journal = Journal.create(file)) {
            journal.write(1, Operation.SET, "key", "one=1", () -> {
                assertThat(file).content().startsWith("begun").endsWith("\n");
                return RECEIPT;
            });
        }
    }

    @Test
    void lineOfSomethingElseIsRefused() {
        assertThatThrownBy(() -> JournalEvent.parse("nonsense")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> JournalEvent.parse("began\t1\t2")).isInstanceOf(IllegalArgumentException.class);
    }
}
