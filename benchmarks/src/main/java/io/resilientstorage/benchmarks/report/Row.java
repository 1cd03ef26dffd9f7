package io.resilientstorage.benchmarks.report;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A line of a table: a figure, and the bound that it is held to where there is one.
 *
 * @param what what was measured
 * @param figure the figure
 * @param digits how many digits it is shown with behind the point
 * @param unit its unit, empty for a ratio or a count
 * @param spread the range of what it is the median of, or more of it; empty for none
 * @param bound the bound, empty for a figure that is there for information
 */
public record Row(String what, double figure, int digits, String unit, String spread, Bound bound) {

    /** What a figure may be at most, or must be at least. */
    public sealed interface Bound {}

    /** It is there for information. */
    public record None() implements Bound {}

    /** It may be at most this. */
    public record AtMost(double limit) implements Bound {}

    /** It must be at least this. */
    public record AtLeast(double limit) implements Bound {}

    /** A figure without a bound. */
    public static Row info(String what, double figure, int digits, String unit, String spread) {
        return new Row(what, figure, digits, unit, spread, new None());
    }

    /** A figure that may be at most so much. */
    public static Row atMost(double limit, String what, double figure, int digits, String unit, String spread) {
        return new Row(what, figure, digits, unit, spread, new AtMost(limit));
    }

    /** A figure that must be at least so much. */
    public static Row atLeast(double limit, String what, double figure, int digits, String unit, String spread) {
        return new Row(what, figure, digits, unit, spread, new AtLeast(limit));
    }

    /** The figure with its unit. */
    public String figureText() {
        return number(figure, digits) + suffix();
    }

    /** The bound as the table shows it. */
    public String boundText() {
        OptionalDouble limit = limit();
        return limit.isEmpty() ? "" : (bound instanceof AtMost ? "≤ " : "≥ ") + plain(limit.getAsDouble()) + suffix();
    }

    /** Whether the bound holds, as the table shows it; the figure counts as it was measured, not as it is rounded. */
    public String heldText() {
        if (bound instanceof AtMost most) {
            return figure <= most.limit() ? "yes" : "**no**";
        }
        if (bound instanceof AtLeast least) {
            return figure >= least.limit() ? "yes" : "**no**";
        }
        return "";
    }

    private OptionalDouble limit() {
        if (bound instanceof AtMost most) {
            return OptionalDouble.of(most.limit());
        }
        return bound instanceof AtLeast least ? OptionalDouble.of(least.limit()) : OptionalDouble.empty();
    }

    private String suffix() {
        return unit.isEmpty() ? "" : " " + unit;
    }

    private static String plain(double limit) {
        return limit == Math.rint(limit) ? number(limit, 0) : Double.toString(limit);
    }

    private static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
