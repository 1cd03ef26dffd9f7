package io.resilientstorage.testkit.simulator;

import io.resilientstorage.CarelessStorage;
import io.resilientstorage.ResilientStorage;
import io.resilientstorage.StorageBuilder;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import java.util.Collections;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What a careless engine would leave out when it reads. */
final class ReadMutants {

    private ReadMutants() {}

    private static Mutation built(Function<StorageBuilder, ResilientStorage> how) {
        return new Mutation() {
            @Override
            public ResilientStorage build(StorageBuilder builder) {
                return how.apply(builder);
            }
        };
    }

    /** Reads from a backend do not look into its pending records. */
    static Mutation overlayLeftOut() {
        return built(CarelessStorage::withoutOverlay);
    }

    /** A version that was read moves no clock. */
    static Mutation clockNotAdvanced() {
        return built(CarelessStorage::withDeafClock);
    }

    /** A server that answers, and has nothing. */
    static Mutation missing(String name) {
        return new Mutation() {
            @Override
            public Backend client(String server, Backend real) {
                return !server.equals(name)
                        ? real
                        : new ChangedBackend(real) {
                            @Override
                            public CompletionStage<ReadReply> read(ReadRequest request) {
                                return real.read(request)
                                        .thenApply(reply -> new ReadReply(
                                                Collections.nCopies(
                                                        request.keys().size(), ReadAnswer.Miss.NOTHING),
                                                reply.incarnation(),
                                                reply.missTrust()));
                            }
                        };
            }
        };
    }
}
