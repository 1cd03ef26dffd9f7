package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Scope;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.Incarnation;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A server like a SQL database: durable, and what has expired is kept for its version. Its steps are serial, so the
 * position of a change is its place in the order of commits.
 */
public final class SqlModel extends ModelServer {

    SqlModel(String name, Duration tombstoneLife, LongSupplier clock) {
        super(name, tombstoneLife, clock);
    }

    @Override
    public BackendTraits traits() {
        return new BackendTraits(BackendType.DATABASE, Scope.SHARED, Durability.DURABLE, true);
    }

    /** The time of its start; the timeline does not change when a backup is restored. */
    @Override
    public Incarnation incarnation() {
        return new Incarnation("start" + faults().starts());
    }

    @Override
    Duration keepsExpired(Row row) {
        return tombstoneLife();
    }

    @Override
    void purged(Row row) {
        state().floor = Math.max(state().floor, row.position());
    }

    ChangeScan.Page changes(long after, int generation, int limit) {
        List<Row> found = rows(generation).stream()
                .filter(row -> row.position() > after && row.readable())
                .sorted(Comparator.comparingLong(Row::position))
                .limit(limit)
                .toList();
        long end = found.isEmpty()
                ? Math.max(after, state().position)
                : found.get(found.size() - 1).position();
        return page(found, end);
    }

    ChangeScan.Page latest(long upTo, int generation, int limit) {
        List<Row> found = rows(generation).stream()
                .filter(row -> row.position() <= upTo && row.readable())
                .sorted(Comparator.comparingLong(Row::position).reversed())
                .limit(limit)
                .toList();
        return page(found, found.isEmpty() ? 0 : found.get(found.size() - 1).position() - 1);
    }

    private static ChangeScan.Page page(List<Row> rows, long position) {
        return new ChangeScan.Page(rows.stream().map(Row::record).toList(), position);
    }

    ChangeScan.Extent extent() {
        rows(0);
        return new ChangeScan.Extent(state().position, state().floor);
    }
}
