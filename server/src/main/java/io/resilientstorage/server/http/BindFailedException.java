package io.resilientstorage.server.http;

/** The server cannot listen where it was told to. */
public final class BindFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BindFailedException(String host, int port, Exception cause) {
        super("cannot listen on " + host + " port " + port + ": " + cause.getMessage(), cause);
    }
}
