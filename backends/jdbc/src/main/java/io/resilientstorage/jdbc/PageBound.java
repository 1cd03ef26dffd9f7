package io.resilientstorage.jdbc;

/** Where a page ends: at a number of rows, or of bytes, whichever comes first; but never before its first row. */
final class PageBound {

    static final long MAX_BYTES = 4L << 20;

    private final int rows;
    private int count;
    private long bytes;

    PageBound(int rows) {
        this.rows = Math.max(1, rows);
    }

    /** Whether a row of this size still belongs to the page; if so, it is counted. */
    boolean takes(long size) {
        if (count > 0 && (count == rows || bytes + size > MAX_BYTES)) {
            return false;
        }
        count++;
        bytes += size;
        return true;
    }
}
