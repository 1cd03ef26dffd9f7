package io.resilientstorage.benchmarks.allocation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Counts the objects that a call allocates. Where there are no thread-local buffers ({@code -XX:-UseTLAB}) the Flight
 * Recorder tells of every single object, also of those that compiled code allocates; an object that the compiler has
 * done away with is not among them.
 */
public final class AllocationCount {

    private static final String EVENT = "jdk.ObjectAllocationOutsideTLAB";
    private static final int WARM_UP = 100_000;
    private static final int CALLS = 2_000;
    /** What happens more seldom than once in a hundred calls is no part of a call. */
    private static final double SELDOM = 0.01;

    /** Something to be counted. */
    public interface Task {
        /** One call. */
        void call() throws Exception;
    }

    /** Whose objects are counted. */
    public enum Whose {
        /** Those of the calling thread. */
        CALLER,
        /** Those of all threads but the recorder's: of the client library's too. */
        EVERYBODY
    }

    private AllocationCount() {}

    /** How many objects of which class one call allocates, on average over many, once it has been compiled. */
    public static Map<String, Double> of(Task task, Whose whose) throws IOException, InterruptedException {
        CountDownLatch warm = new CountDownLatch(1);
        CountDownLatch recording = new CountDownLatch(1);
        FutureTask<Boolean> calls = new FutureTask<>(() -> {
            call(task, WARM_UP);
            warm.countDown();
            recording.await();
            call(task, CALLS);
            return true;
        });
        // A thread of its own: starting and stopping the recorder allocates too.
        Thread caller = new Thread(calls, "counted");
        caller.start();
        Path file = Files.createTempFile("allocations-", ".jfr");
        try (Recording recorder = new Recording()) {
            recorder.enable(EVENT).withoutStackTrace();
            warm.await();
            recorder.start();
            recording.countDown();
            calls.get();
            recorder.stop();
            recorder.dump(file);
            return perCall(file, whose, caller.getId());
        } catch (ExecutionException e) {
            throw new IOException("a call that was to be counted failed", e.getCause());
        } finally {
            recording.countDown();
            Files.deleteIfExists(file);
        }
    }

    private static void call(Task task, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            task.call();
        }
    }

    private static Map<String, Double> perCall(Path file, Whose whose, long caller) throws IOException {
        Map<String, Double> counts = new TreeMap<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            RecordedThread thread = event.getThread("eventThread");
            if (event.getEventType().getName().equals(EVENT) && thread != null && counts(thread, whose, caller)) {
                counts.merge(named(event.getClass("objectClass").getName()), 1.0, Double::sum);
            }
        }
        counts.replaceAll((name, count) -> Math.round(100 * count / CALLS) / 100.0);
        counts.values().removeIf(count -> count <= SELDOM);
        return counts;
    }

    private static boolean counts(RecordedThread thread, Whose whose, long caller) {
        if (whose == Whose.CALLER) {
            return thread.getJavaThreadId() == caller;
        }
        String name = String.valueOf(thread.getJavaName());
        return !name.startsWith("JFR") && !name.equals("main");
    }

    /** Without the number that a lambda's class has in one run and not in the next. */
    private static String named(String type) {
        return type.replaceAll("\\$\\$Lambda.*", "\\$\\$Lambda");
    }
}
