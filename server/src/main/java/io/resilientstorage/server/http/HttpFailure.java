package io.resilientstorage.server.http;

/** A request ends here, with this answer. */
final class HttpFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Answer answer;

    HttpFailure(Answer answer) {
        super("HTTP " + answer.status(), null, false, false);
        this.answer = answer;
    }

    Answer answer() {
        return answer;
    }
}
