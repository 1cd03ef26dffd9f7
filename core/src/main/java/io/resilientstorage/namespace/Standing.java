package io.resilientstorage.namespace;

/** How a process stands to what the others hold of a namespace. */
public sealed interface Standing {

    /** All hold the same. */
    static Standing agreed() {
        return Agreed.AGREED;
    }

    /** Nobody could tell. */
    static Standing untold() {
        return Untold.UNTOLD;
    }

    /**
     * The shared record says something, which is compared.
     *
     * @param mine what this process holds
     * @param text the text of the record
     * @param backend where it stands
     */
    static Standing of(Terms mine, String text, String backend) {
        return mine.isSaidBy(text) ? agreed() : new Refused(Terms.forPeople(text), backend);
    }

    /** All hold the same. */
    enum Agreed implements Standing {
        AGREED
    }

    /** Nobody could tell yet. */
    enum Untold implements Standing {
        /** Nobody was asked. */
        UNASKED,
        /** Those who were asked did not know. */
        UNTOLD
    }

    /**
     * The others hold something else.
     *
     * @param theirs what they hold, for people
     * @param backend where that stands
     */
    record Refused(String theirs, String backend) implements Standing {}
}
