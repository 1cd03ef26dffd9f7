package io.resilientstorage.benchmarks.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Medians and percentiles. Exact: nothing is sorted into buckets. */
public final class Statistics {

    private Statistics() {}

    /**
     * The one in the middle, or half way between the two in the middle.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static double median(Collection<Double> values) {
        List<Double> sorted = sorted(values);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /**
     * The smallest value that at least this share of all values does not exceed.
     *
     * @param share above 0, at most 1
     * @throws IllegalArgumentException if there are no values, or the share is out of its bounds
     */
    public static double percentile(Collection<Double> values, double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share must be above 0 and at most 1, but is " + share);
        }
        List<Double> sorted = sorted(values);
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }

    /**
     * The median of the ratios of pairs: each pair was measured at about the same time, so that what disturbs both does
     * not disturb the ratio.
     *
     * @param pairs numerator and denominator
     * @throws IllegalArgumentException if there are none, or a denominator is not above 0
     */
    public static double medianRatio(Collection<Pair> pairs) {
        return median(pairs.stream().map(Pair::ratio).toList());
    }

    /**
     * Two measurements that belong together.
     *
     * @param numerator what is measured
     * @param denominator what it is measured against, above 0
     */
    public record Pair(double numerator, double denominator) {
        /** Refuses a denominator that is not above 0. */
        public Pair {
            if (!(denominator > 0)) {
                throw new IllegalArgumentException("the denominator must be above 0, but is " + denominator);
            }
        }

        /** The one to the other. */
        public double ratio() {
            return numerator / denominator;
        }
    }

    private static List<Double> sorted(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("there are no values");
        }
        List<Double> sorted = new ArrayList<>(values);
        sorted.sort(Double::compare);
        return sorted;
    }
}
