package io.resilientstorage.benchmarks.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.benchmarks.report.Row;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LockMeasurementTest {

    /** What is measured takes place, on real servers; nothing is said of how fast. */
    @Test
    void everySubjectAcquiresAndReleases() throws InterruptedException {
        LockMeasurement.Extent least = new LockMeasurement.Extent(List.of(2), 0, 2, Duration.ofMillis(20));

        List<Row> rows = new LockMeasurement().rows(LockMeasurement.run(least, new PrintWriter(new StringWriter())));

        assertThat(rows)
                .extracting(Row::what)
                .contains(
                        "Redis, 2 threads: SINGLE to Redisson",
                        "Redis, 2 threads: FAILOVER to Redisson",
                        "PostgreSQL, 2 threads: SINGLE to ShedLock",
                        "PostgreSQL with fsync, 2 threads: SINGLE with nothing prepared to ShedLock");
        assertThat(rows).filteredOn(row -> row.what().startsWith("round trips")).hasSize(5);
    }

    @Test
    void slicesOfOneRoundAreCompared() {
        List<Row> rows = LockFigures.rows(ResultFile.JSON.readTree("""
                        { "roundTrips": { "postgres": { "shedlock": 4, "single": 3 } },
                          "comparisons": [ { "on": "postgres", "threads": 1, "rounds": [
                              { "shedlock": 100, "single": 90, "singleUnprepared": 110 },
                              { "shedlock": 1000, "single": 1100, "singleUnprepared": 1200 },
                              { "shedlock": 10, "single": 10, "singleUnprepared": 20 } ] } ] }
                        """));

        Row first = rows.get(0);
        assertThat(first.what()).isEqualTo("PostgreSQL, 1 thread: SINGLE to ShedLock");
        assertThat(first.figureText()).isEqualTo("1.00");
        assertThat(first.heldText()).isEqualTo("yes");
        assertThat(rows)
                .filteredOn(row -> row.heldText().equals("**no**"))
                .extracting(Row::what)
                .containsExactly("round trips of an acquire and a release, PostgreSQL: SINGLE");
        assertThat(rows).anyMatch(row -> row.figureText().equals("100 locks/s"));
    }
}
