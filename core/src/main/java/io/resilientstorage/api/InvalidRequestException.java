package io.resilientstorage.api;

/** An argument of a call is not legal. No backend was touched. */
public final class InvalidRequestException extends StorageException {

    private static final long serialVersionUID = 1L;

    private final String field;

    /**
     * @param field the argument's name
     * @param problem what is wrong with it, and the bound
     */
    public InvalidRequestException(String field, String problem) {
        super(field + " " + problem);
        this.field = field;
    }

    /**
     * @param field the argument's name
     * @param problem what is wrong with it, and the bound
     * @param cause what found it
     */
    public InvalidRequestException(String field, String problem, Throwable cause) {
        super(field + " " + problem, cause);
        this.field = field;
    }

    /** The argument's name. */
    public String field() {
        return field;
    }
}
