package io.resilientstorage.redis;

/** Words for a failure. */
final class Reason {

    private Reason() {}

    /** What the innermost cause says, which names the server's words or what the network said. */
    static String of(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String message = innermost.getMessage();
        return message == null ? innermost.getClass().getSimpleName() : message;
    }
}
