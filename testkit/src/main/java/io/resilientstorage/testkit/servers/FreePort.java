package io.resilientstorage.testkit.servers;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of the loopback address on which nobody listens at the moment. */
final class FreePort {

    private static final int TRIES = 100;

    private FreePort() {}

    /** One that the system picks, from the range from which it picks the ports of outgoing connections too. */
    static int any() throws IOException {
        return probe(0);
    }

    /** One from a range of which the last is no part. */
    static int between(int first, int last) throws IOException {
        IOException failure = new IOException("no free port found");
        for (int tries = 0; tries < TRIES; tries++) {
            try {
                return probe(ThreadLocalRandom.current().nextInt(first, last));
            } catch (BindException taken) {
                failure = taken;
            }
        }
        throw failure;
    }

    private static int probe(int candidate) throws IOException {
        try (ServerSocket probe = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
