package io.resilientstorage.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.LockTerms;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.memory.MemoryBackend;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.FaultyBackend.Call;
import io.resilientstorage.time.ReferenceClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultyBackendTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime(1);
    private final FaultyBackend backend = new FaultyBackend(new MemoryBackend());
    private final BackendContext context =
            new BackendContext("faulty", time, new ReferenceClock(time.clock()), Duration.ofHours(1));

    @BeforeEach
    void open() {
        backend.open(context);
    }

    @Test
    void withoutAFaultItDoesWhatTheBackendDoes() {
        assertThat(write()).isCompleted();
        assertThat(standing()).isTrue();
        assertThat(backend.traits()).isEqualTo(new MemoryBackend().traits());
        assertThat(backend.probe(TIMEOUT).toCompletableFuture()).isCompleted();
        assertThat(backend.changes()).isEmpty();
    }

    @Test
    void aFaultOfLocksMeetsEveryCallOfThem() {
        LockStore locks = backend.locks().orElseThrow();
        LockTerms terms = new LockTerms("LOCAL", 1_000, false);
        AuthorityReply found = locks.authority("space").toCompletableFuture().join();
        Authority authority = new Authority(0, true, 1, 0, 0, 0, 0, Authority.NO_END, 0, terms, found.incarnation());
        LockRequest acquire = new LockRequest(
                LockAction.ACQUIRE, "space", "lock", "one", 1_000, terms, FencingToken.NONE, Long.MAX_VALUE, TIMEOUT);
        backend.inject(Fault.fail(() -> BackendException.unreachable("down")), Call.LOCKS);
        assertFailed(locks.authority("space").toCompletableFuture(), "down");
        assertFailed(
                locks.compareAndSet("space", found.incarnation(), 0, authority, ApplyRequest.NO_LIMIT)
                        .toCompletableFuture(),
                "down");
        assertFailed(locks.perform(acquire).toCompletableFuture(), "down");
        assertThat(write()).isCompleted();
        backend.heal();
        assertThat(locks.compareAndSet("space", found.incarnation(), 0, authority, ApplyRequest.NO_LIMIT)
                        .toCompletableFuture())
                .isCompletedWithValue(true);
        assertThat(locks.perform(acquire).toCompletableFuture().join().status()).isEqualTo(LockStatus.GRANTED);
        assertThat(backend.calls(Call.LOCKS)).isEqualTo(6);
    }

    @Test
    void aFailingCallFailsAsToldAndIsNotDone() {
        backend.inject(Fault.fail(() -> BackendException.unreachable("down")));
        assertFailed(write(), "down");
        assertFailed(read(), "down");
        assertFailed(backend.probe(TIMEOUT).toCompletableFuture(), "down");
        assertFailed(hints().summary("x").toCompletableFuture(), "down");
        assertFailed(scan(), "down");
        backend.heal();
        assertThat(standing()).isFalse();
    }

    @Test
    void aHangingCallNeverEndsAndIsNotDone() {
        backend.inject(Fault.hang(), Call.APPLY);
        CompletableFuture<ApplyReply> write = write();
        time.advance(Duration.ofDays(1));
        backend.heal();
        time.advance(Duration.ofDays(1));
        assertThat(write).isNotDone();
        assertThat(standing()).isFalse();
    }

    @Test
    void aDelayedCallIsDoneLate() {
        backend.inject(Fault.delayCall(Duration.ofMillis(300)), Call.APPLY);
        CompletableFuture<ApplyReply> write = write();
        time.advance(Duration.ofMillis(299));
        assertThat(standing()).isFalse();
        assertThat(write).isNotDone();
        time.advance(Duration.ofMillis(1));
        assertThat(standing()).isTrue();
        assertThat(write).isCompleted();
    }

    @Test
    void aDelayedReplyComesLateThoughTheCallIsDone() {
        backend.inject(Fault.delayReply(Duration.ofMillis(300)), Call.APPLY);
        CompletableFuture<ApplyReply> write = write();
        assertThat(standing()).isTrue();
        time.advance(Duration.ofMillis(299));
        assertThat(write).isNotDone();
        time.advance(Duration.ofMillis(1));
        assertThat(write).isCompleted();
    }

    @Test
    void aDroppedReplyIsAWriteThatNobodyIsToldOf() {
        backend.inject(Fault.dropReply(), Call.APPLY);
        CompletableFuture<ApplyReply> write = write();
        time.advance(Duration.ofDays(1));
        assertThat(write).isNotDone();
        assertThat(standing()).isTrue();
    }

    @Test
    void aCallCanFailAfterItWasDone() {
        backend.inject(Fault.failAfterwards(() -> BackendException.noAnswer("reset")), Call.APPLY);
        assertFailed(write(), "reset");
        assertThat(standing()).isTrue();
    }

    @Test
    void aMethodCanThrow() {
        backend.inject(Fault.throwing(() -> new IllegalStateException("deliberate")));
        assertThatThrownBy(this::write).hasMessage("deliberate");
        assertThatThrownBy(this::read).hasMessage("deliberate");
        assertThatThrownBy(() -> backend.probe(TIMEOUT)).hasMessage("deliberate");
    }

    @Test
    void openAndCloseCanThrow() {
        FaultyBackend other = new FaultyBackend(new MemoryBackend());
        other.inject(Fault.throwing(() -> new IllegalStateException("deliberate")), Call.OPEN, Call.CLOSE);
        assertThatThrownBy(() -> other.open(context)).hasMessage("deliberate");
        assertThatThrownBy(() -> other.close(TIMEOUT)).hasMessage("deliberate");
        assertThat(other.calls(Call.OPEN)).isEqualTo(1);
    }

    @Test
    void aFaultCanBeForTheNextCallsAlone() {
        backend.injectNext(2, Fault.fail(() -> BackendException.refused("read-only")), Call.APPLY);
        assertFailed(write(), "read-only");
        assertFailed(write(), "read-only");
        assertThat(write()).isCompleted();
        assertThat(backend.calls(Call.APPLY)).isEqualTo(3);
    }

    @Test
    void aFaultCanBeForEveryNthCall() {
        backend.inject(Fault.everyNth(3, Fault.hang()), Call.READ);
        assertThat(read()).isCompleted();
        assertThat(read()).isCompleted();
        assertThat(read()).isNotDone();
        assertThat(read()).isCompleted();
    }

    @Test
    void aFaultForOneSortOfCallLeavesTheOthersAlone() {
        backend.inject(Fault.hang(), Call.READ);
        assertThat(write()).isCompleted();
        assertThat(read()).isNotDone();
        backend.heal();
        assertThat(read()).isCompleted();
    }

    private HintStore hints() {
        return backend.hints().orElseThrow();
    }

    private CompletableFuture<RecordScan.Page> scan() {
        RecordScan.Request request = new RecordScan.Request(Optional.empty(), "", 1, Optional.empty(), 10, false);
        return backend.scan().orElseThrow().scan(request).toCompletableFuture();
    }

    private CompletableFuture<ApplyReply> write() {
        VersionedRecord record = new VersionedRecord(
                new RecordKey("default", "key"),
                Version.of(ManualTime.START_MILLIS, 0, 1),
                Content.value(new byte[1]),
                VersionedRecord.NEVER);
        return backend.apply(new ApplyRequest(
                        ApplyKind.DIRECT, List.of(Change.of(record)), 1, ApplyRequest.NO_LIMIT, TIMEOUT))
                .toCompletableFuture();
    }

    private CompletableFuture<ReadReply> read() {
        return backend.read(new ReadRequest(List.of(new RecordKey("default", "key")), 1, TIMEOUT))
                .toCompletableFuture();
    }

    private boolean standing() {
        return read().join().answers().get(0) instanceof ReadAnswer.Hit;
    }

    private static void assertFailed(CompletableFuture<?> call, String message) {
        assertThat(call).isCompletedExceptionally();
        assertThatThrownBy(call::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(BackendException.class)
                .hasMessage(message);
    }
}
