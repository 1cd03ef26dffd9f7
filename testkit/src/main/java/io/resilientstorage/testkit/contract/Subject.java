package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.SteppedTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The backend under test, as one test sees it: with a namespace of its own, blocking calls, and the backend's clock.
 * Safe for use by several threads.
 */
public final class Subject {

    /** The key generation that the tests use if they do not say otherwise. */
    public static final int GENERATION = 1;

    /** The time-out of every request. */
    public static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** How long the backend was told to keep tombstones. */
    public static final Duration TOMBSTONE_LIFE = Duration.ofHours(24);

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final long WRITER = 7;
    private static final long FIRST_VERSION_AGO = Duration.ofMinutes(20).toMillis();

    private final OpenBackend open;
    private final String namespace = unique("t");
    private final long start;

    Subject(OpenBackend open) {
        this.open = open;
        this.start = open.now();
    }

    /** The backend. */
    public Backend backend() {
        return open.backend();
    }

    /** The fixture that made it. */
    public BackendFixture fixture() {
        return open.fixture();
    }

    /** The time that the backend was opened with. */
    public SteppedTime time() {
        return open.time();
    }

    /** The backend's clock, without asking it: milliseconds since 1970, exact to a few milliseconds. */
    public long now() {
        return open.now();
    }

    /** The backend's clock at the test's start. */
    public long start() {
        return start;
    }

    /** The backend's clock, asked of it if it has one. */
    public long askNow() {
        return probe().serverMillis().orElseGet(this::now);
    }

    /** The test's own namespace. */
    public String namespace() {
        return namespace;
    }

    /** A name that no other test uses. */
    public static String unique(String prefix) {
        return prefix + Long.toHexString(ThreadLocalRandom.current().nextLong());
    }

    /** A key in the test's own namespace. */
    public RecordKey key(String key) {
        return new RecordKey(namespace, key);
    }

    /** Version number n of the test: a second newer than number n - 1, and in the past for n up to 1,000. */
    public Version version(int n) {
        return Version.of(start - FIRST_VERSION_AGO + n * 1000L, 0, WRITER);
    }

    /** A record that does not end. */
    public VersionedRecord live(String key, Version version, String value) {
        return expiring(key, version, value, VersionedRecord.NEVER);
    }

    /** A record that ends. */
    public VersionedRecord expiring(String key, Version version, String value, long expiresAt) {
        return new VersionedRecord(key(key), version, content(value), expiresAt);
    }

    /** A tombstone. */
    public VersionedRecord tombstone(String key, Version version) {
        return VersionedRecord.ended(key(key), version);
    }

    /** A value of this text. */
    public static Content content(String value) {
        return Content.value(value.getBytes(StandardCharsets.UTF_8));
    }

    /** The text of a record's value. */
    public static String text(VersionedRecord record) {
        if (record.content() instanceof Content.Value value) {
            return new String(value.bytes(), StandardCharsets.UTF_8);
        }
        throw new AssertionError("a tombstone has no value: " + record);
    }

    /** Applies one record without condition and hints. */
    public ApplyResult apply(ApplyKind kind, VersionedRecord record) {
        return apply(kind, Change.of(record));
    }

    /** Applies one change. */
    public ApplyResult apply(ApplyKind kind, Change change) {
        return apply(kind, List.of(change)).get(0);
    }

    /** Applies some changes without a not-after time. */
    public List<ApplyResult> apply(ApplyKind kind, List<Change> changes) {
        return apply(kind, changes, GENERATION, ApplyRequest.NO_LIMIT);
    }

    /** Applies some changes. */
    public List<ApplyResult> apply(ApplyKind kind, List<Change> changes, int generation, long notAfter) {
        return apply(new ApplyRequest(kind, changes, generation, notAfter, TIMEOUT));
    }

    /** Applies what a request says. */
    public List<ApplyResult> apply(ApplyRequest request) {
        ApplyReply reply = await(backend().apply(request));
        assertThat(reply.results()).as("one result for each change").hasSameSizeAs(request.changes());
        return reply.results();
    }

    /** Reads one key of the test's own namespace. */
    public ReadAnswer read(String key) {
        return read(key(key));
    }

    /** Reads one key, by the call for that. */
    public ReadAnswer read(RecordKey key) {
        ReadReply reply = await(backend().readOne(key.namespace(), key.key(), GENERATION, TIMEOUT));
        assertThat(reply.answers()).as("one answer for one key").hasSize(1);
        return reply.answers().get(0);
    }

    /** Reads some keys. */
    public List<ReadAnswer> read(List<RecordKey> keys) {
        return read(keys, GENERATION);
    }

    /** Reads some keys of a generation. */
    public List<ReadAnswer> read(List<RecordKey> keys, int generation) {
        ReadReply reply = await(backend().read(new ReadRequest(keys, generation, TIMEOUT)));
        assertThat(reply.answers()).as("one answer for each key").hasSameSizeAs(keys);
        return reply.answers();
    }

    /** Probes the backend. */
    public ProbeReply probe() {
        return await(backend().probe(TIMEOUT));
    }

    /** The backend's hints. */
    public HintStore hints() {
        return backend().hints().orElseThrow(() -> new AssertionError("the backend declares no hints"));
    }

    /** Fails unless this is a hit with exactly this record. */
    public void assertHit(ReadAnswer answer, VersionedRecord expected) {
        assertThat(answer).as("what stands under %s", expected.key()).isEqualTo(new ReadAnswer.Hit(expected));
    }

    /** Fails unless this is a miss at this version. */
    public void assertMiss(ReadAnswer answer, Version version) {
        assertThat(answer).isEqualTo(new ReadAnswer.Miss(version));
    }

    /**
     * The result of a stage. Fails if it does not end soon after the request's time-out.
     *
     * @throws RuntimeException what the stage failed with, if it is one
     */
    public <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(TIMEOUT.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("a stage did not end soon after its request's time-out of " + TIMEOUT, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError("a stage failed with something that is no BackendException", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
