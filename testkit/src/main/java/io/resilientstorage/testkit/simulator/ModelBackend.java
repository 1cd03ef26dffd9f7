package io.resilientstorage.testkit.simulator;

import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelReply;
import io.resilientstorage.backend.SentinelStore;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/** The client of a modelled server, as an engine uses it. */
final class ModelBackend implements Backend, HintStore, SentinelStore {

    /** The key generation of hints that are noted alone; the engine has no other. */
    static final int GENERATION = 0;

    private static final Duration OWN_TIMEOUT = Duration.ofSeconds(1);

    private final BackendTraits traits;
    private final boolean hasChanges;
    private final Transport transport;

    ModelBackend(ModelServer server, Transport transport) {
        this.traits = server.traits();
        this.hasChanges = server instanceof SqlModel;
        this.transport = transport;
    }

    /** A request, as the history tells it. */
    record Told(String what, Object subject) {}

    private <T> CompletionStage<T> call(Object what, Function<ModelServer, T> step) {
        return transport.call(what, OWN_TIMEOUT, step);
    }

    private CompletionStage<Void> run(Object what, Consumer<ModelServer> step) {
        return transport
                .call(what, OWN_TIMEOUT, server -> {
                    step.accept(server);
                    return true;
                })
                .thenAccept(done -> {});
    }

    @Override
    public BackendTraits traits() {
        return traits;
    }

    @Override
    public CompletionStage<ReadReply> read(ReadRequest request) {
        return transport.call(request, request.timeout(), server -> server.read(request));
    }

    @Override
    public CompletionStage<ApplyReply> apply(ApplyRequest request) {
        return transport.call(request, request.timeout(), server -> server.apply(request));
    }

    @Override
    public CompletionStage<ProbeReply> probe(Duration timeout) {
        return transport.call("probe", timeout, ModelServer::probe);
    }

    @Override
    public Optional<HintStore> hints() {
        return Optional.of(this);
    }

    @Override
    public Optional<SentinelStore> sentinels() {
        return Optional.of(this);
    }

    @Override
    public Optional<RecordScan> scan() {
        return Optional.of(request -> call("scan", server -> server.scan(request)));
    }

    @Override
    public Optional<ChangeScan> changes() {
        return hasChanges ? Optional.of(new Changes()) : Optional.empty();
    }

    @Override
    public CompletionStage<List<Hint>> claim(String target, int limit, Duration claim) {
        return call("claim for " + target, server -> server.notes().claim(target, limit, claim));
    }

    @Override
    public CompletionStage<ClearReply> clear(Collection<Hint> delivered) {
        List<Hint> hints = List.copyOf(delivered);
        return call(new Told("clear", hints), server -> server.notes().clear(hints));
    }

    @Override
    public CompletionStage<Void> note(Collection<Hint> lacking) {
        List<Hint> hints = List.copyOf(lacking);
        return run(new Told("note", hints), server -> server.notes().note(hints, GENERATION));
    }

    @Override
    public CompletionStage<Void> retry(Collection<Hint> refused) {
        List<Hint> hints = List.copyOf(refused);
        return run(new Told("retry", hints), server -> server.notes().retry(hints));
    }

    @Override
    public CompletionStage<Void> park(Collection<Hint> poison) {
        List<Hint> hints = List.copyOf(poison);
        return run(new Told("park", hints), server -> server.notes().park(hints));
    }

    @Override
    public CompletionStage<HintSummary> summary(String target) {
        return call("summary for " + target, server -> server.notes().summary(target));
    }

    @Override
    public CompletionStage<SentinelReply> read() {
        return call("sentinel", ModelServer::sentinel);
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(Incarnation life, Optional<Sentinel> expected, Sentinel next) {
        return call("sentinel := " + next.text(), server -> server.sentinel(life, expected, next));
    }

    private final class Changes implements ChangeScan {

        @Override
        public CompletionStage<Page> changes(long after, int generation, int limit) {
            return call("changes after " + after, server -> ((SqlModel) server).changes(after, generation, limit));
        }

        @Override
        public CompletionStage<Page> latest(long upTo, int generation, int limit) {
            return call("latest up to " + upTo, server -> ((SqlModel) server).latest(upTo, generation, limit));
        }

        @Override
        public CompletionStage<Extent> extent() {
            return call("extent", server -> ((SqlModel) server).extent());
        }
    }
}
