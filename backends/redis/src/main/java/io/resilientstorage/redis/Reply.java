package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;

/** What a server said to one command. */
sealed interface Reply permits Reply.Answer, ServerError {

    /** The answer; throws the error, sorted, if it is one. */
    default Answer orThrow() {
        if (this instanceof Answer answer) {
            return answer;
        }
        throw ((ServerError) this).sorted();
    }

    /**
     * An answer that is no error.
     *
     * @param items the elements of an array, or the one element that was answered; an element may be null
     */
    record Answer(List<?> items) implements Reply {

        /** An element's bytes, empty if it is nil. */
        Optional<byte[]> bytes(int index) {
            return Optional.ofNullable((byte[]) items.get(index));
        }

        /** An element as text, which must not be nil. */
        String text(int index) {
            Object item = items.get(index);
            if (item instanceof byte[] bytes) {
                return new String(bytes, UTF_8);
            }
            throw new IllegalStateException("the server answered no text");
        }

        /** An element as a number. */
        long number(int index) {
            Object item = items.get(index);
            return item instanceof Long number ? number : Long.parseLong(text(index));
        }

        /** An element that is an array itself. */
        Answer array(int index) {
            if (items.get(index) instanceof List<?> list) {
                return new Answer(list);
            }
            throw new IllegalStateException("the server answered no array");
        }
    }
}
