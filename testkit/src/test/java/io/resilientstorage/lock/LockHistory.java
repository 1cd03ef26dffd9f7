package io.resilientstorage.lock;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What holders of one lock had, and what must not have been. */
final class LockHistory {

    /**
     * A time in which one owner held the lock, in true time or in the true order. Times of which one ends where another
     * begins do not meet.
     *
     * @param owner who
     * @param token with which token
     * @param from when the grant was seen
     * @param until the first moment after that at which it was not held any more
     */
    record Tenure(String owner, long token, long from, long until) {

        boolean meets(Tenure other) {
            return from < other.until && other.from < until;
        }
    }

    private LockHistory() {}

    /** Two owners at the same time. */
    static List<String> together(List<Tenure> inOrder) {
        List<String> trouble = new ArrayList<>();
        List<Tenure> open = new ArrayList<>();
        for (Tenure next : inOrder) {
            open.removeIf(old -> old.until() <= next.from());
            open.stream()
                    .filter(old -> !old.owner().equals(next.owner()) && old.meets(next))
                    .forEach(old -> trouble.add(old + " and " + next + " are both held"));
            open.add(next);
        }
        return trouble;
    }

    /** A token of two owners. */
    static List<String> shared(List<Tenure> inOrder) {
        List<String> trouble = new ArrayList<>();
        Map<Long, String> owners = new HashMap<>();
        for (Tenure next : inOrder) {
            String before = owners.putIfAbsent(next.token(), next.owner());
            if (before != null && !before.equals(next.owner())) {
                trouble.add("twice the token " + next.token());
            }
        }
        return trouble;
    }

    /** A token that is lower than one that was seen before. */
    static List<String> falling(List<Tenure> inOrder) {
        List<String> trouble = new ArrayList<>();
        long highest = 0;
        for (Tenure next : inOrder) {
            if (next.token() < highest) {
                trouble.add("the token " + next.token() + " came after " + highest);
            }
            highest = Math.max(highest, next.token());
        }
        return trouble;
    }
}
