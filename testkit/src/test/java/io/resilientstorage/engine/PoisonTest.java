package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.StorageEvent.HintParked;
import io.resilientstorage.api.StorageEvent.RecordsGivenUp;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A record that a backend finds invalid, and of which another one keeps a hint. */
class PoisonTest {

    @Test
    void itIsTriedFiveTimesThenParkedAndVisibleUntilANewerWrite() {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .given("one", node -> node.server().keepHints())
                .start()) {
            lab.advance(Duration.ofSeconds(1));
            lab.node("two").faults().inject(Node.invalid(), Call.APPLY);
            lab.storage().set("poison", "v");

            lab.advance(Duration.ofSeconds(20));

            assertThat(lab.events(RecordsGivenUp.class)).isEmpty();
            assertThat(lab.events(HintParked.class)).singleElement().satisfies(event -> {
                assertThat(event.backend()).isEqualTo("two");
                assertThat(event.source()).isEqualTo("one");
                assertThat(event.namespace()).isEqualTo("default");
                assertThat(event.reason()).contains("no such encoding");
            });
            assertThat(lab.node("two").writes())
                    .as("once by the process that wrote it, five times by its hint")
                    .isEqualTo(6);
            assertThat(lab.status("two").parked()).isEqualTo(1);
            assertThat(lab.status("two").pending()).isZero();

            lab.node("two").heal();
            lab.storage().set("good", "v");
            lab.advance(Duration.ofSeconds(5));
            assertThat(lab.node("two").server().stands("good"))
                    .as("it holds up no other")
                    .isInstanceOf(ReadAnswer.Hit.class);
            assertThat(lab.status("two").parked()).isEqualTo(1);

            lab.storage().set("poison", "w");
            lab.advance(Duration.ofSeconds(5));
            assertThat(lab.status("two").parked())
                    .as("a newer write takes it out")
                    .isZero();
        }
    }
}
