package io.resilientstorage.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes tables into a page, each between its markers. */
public final class Page {

    private final Path file;

    /** A page that is there, with its markers. */
    public Page(Path file) {
        this.file = file;
    }

    /**
     * Puts a text in the place of what stands between the markers of a section.
     *
     * @throws IllegalStateException if the page has no such markers
     */
    public void write(String section, String text) throws IOException {
        Files.writeString(file, replaced(Files.readString(file), section, text));
    }

    static String replaced(String page, String section, String text) {
        String begin = "<!-- begin " + section + ": written by bin/benchmarks -->";
        String end = "<!-- end " + section + " -->";
        int from = page.indexOf(begin);
        int to = page.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalStateException("the page has no markers '" + begin + "' and '" + end + "'");
        }
        return page.substring(0, from + begin.length()) + "\n\n" + text.strip() + "\n\n" + page.substring(to);
    }

    /** A table of figures and bounds. */
    public static String table(List<Row> rows) {
        StringBuilder table = new StringBuilder("| what | figure | spread | bound | held |\n|---|---|---|---|---|\n");
        for (Row row : rows) {
            table.append("| ")
                    .append(String.join(
                            " | ", row.what(), row.figureText(), row.spread(), row.boundText(), row.heldText()))
                    .append(" |\n");
        }
        return table.toString().replaceAll(" {2,}", " ");
    }
}
