package io.resilientstorage.api;

/**
 * The call was refused, and nothing was stored: this process would use the namespace in another way than all others do.
 * Start it with the same write mode and the same bound for values, or see {@link Storage#forgetAgreement}.
 */
public final class NamespaceDisagreementException extends StorageException {

    private static final long serialVersionUID = 1L;

    private final String namespace;

    /**
     * @param namespace the namespace
     * @param mine what this process holds
     * @param theirs what the others hold
     * @param where who says so
     */
    public NamespaceDisagreementException(String namespace, String mine, String theirs, String where) {
        super("namespace '" + namespace + "' is used here with " + mine + ", and " + where + " says " + theirs
                + "; all processes must use it alike");
        this.namespace = namespace;
    }

    /** The namespace. */
    public String namespace() {
        return namespace;
    }
}
