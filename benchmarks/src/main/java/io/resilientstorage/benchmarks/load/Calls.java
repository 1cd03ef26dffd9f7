package io.resilientstorage.benchmarks.load;

import io.resilientstorage.benchmarks.load.CallLog.Outcome;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;

/**
 * All calls of a load, after its end: none is left out, those that were under way at the fault least of all.
 *
 * @param logs one for each thread
 */
public record Calls(List<CallLog> logs) {

    /** How many failed. */
    public long failed() {
        return logs.stream()
                .flatMapToInt(log -> IntStream.range(0, log.count()).filter(i -> log.outcome(i) == Outcome.FAILED))
                .count();
    }

    /** Why some of them failed; empty if none did. */
    public List<String> whyFailed() {
        return logs.stream().flatMap(log -> log.whyFailed().stream()).distinct().toList();
    }

    /** How many there were. */
    public long count() {
        return logs.stream().mapToLong(CallLog::count).sum();
    }

    /** Those that were under way at any time of a span: begun before its end, and ended after its begin. */
    public Latencies underWay(long from, long to) {
        return picked(begin -> begin - to < 0, end -> end - from > 0);
    }

    /** Those that began in a span. */
    public Latencies begunIn(long from, long to) {
        return picked(begin -> begin - from >= 0 && begin - to < 0, end -> true);
    }

    /** When the first call ended, after a time, that another backend than Redis served. */
    public OptionalLong firstElsewhere(long after) {
        return logs.stream()
                .flatMapToLong(log -> IntStream.range(0, log.count())
                        .filter(i -> log.outcome(i) == Outcome.ELSEWHERE && log.ended(i) - after > 0)
                        .mapToLong(log::ended))
                .min();
    }

    /** When the first call after a time ended that took at least so long. */
    public OptionalLong firstEndOfAtLeast(long nanos, long after) {
        return logs.stream()
                .flatMapToLong(log -> IntStream.range(0, log.count())
                        .filter(i -> log.ended(i) - after > 0 && log.ended(i) - log.begun(i) >= nanos)
                        .mapToLong(log::ended))
                .min();
    }

    private Latencies picked(LongPredicate beginning, LongPredicate ending) {
        return new Latencies(
                logs.stream().map(log -> log.nanos(beginning, ending)).toList());
    }
}
