package io.resilientstorage.testkit.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A client's connection and the one to the server that belongs to it. Used by the proxy's thread alone. */
final class ProxiedConnection {

    private final SocketChannel client;
    private final SocketChannel server;
    private final Flow requests;
    private final Flow replies;
    /** Whether the server was never told of it. */
    private final boolean unheard;

    private boolean over;
    /** Whether what the client says next is something new, and not more of what the server has not answered. */
    private boolean answered = true;

    /** @param client the client's connection, just accepted */
    ProxiedConnection(SocketChannel client, NetworkFault fault) throws IOException {
        this.client = client;
        this.server = SocketChannel.open();
        this.requests = new Flow(client, server, fault.requests());
        this.replies = new Flow(server, client, fault.replies());
        this.unheard = fault.requests().swallows();
    }

    /**
     * Begins.
     *
     * @param address where the server is
     */
    void begin(InetSocketAddress address, Selector selector) {
        try {
            prepare(client);
            prepare(server);
            client.register(selector, SelectionKey.OP_READ, this);
            if (!unheard) {
                server.connect(address);
                server.register(selector, SelectionKey.OP_CONNECT, this);
            }
        } catch (IOException e) {
            reset();
        }
    }

    private static void prepare(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        // Else the system would join slices again.
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    boolean isOver() {
        return over;
    }

    /** Meets a fault that begins or ends. */
    void meet(NetworkFault fault, long now) {
        requests.travel(fault.requests(), now);
        replies.travel(fault.replies(), now);
        boolean goesOn = !unheard || fault.requests().swallows();
        switch (fault.gate()) {
            case CLOSED -> close();
            case RESETTING -> reset();
            case OPEN -> {
                // TCP never leaves bytes out. To go on after a gap would be a fault that no network has: a client could
                // take the answer to one request for the answer to another.
                if (requests.isBroken() || replies.isBroken() || !goesOn) {
                    reset();
                }
            }
        }
    }

    /**
     * Does what can be done on one of its two sockets.
     *
     * @return whether a round trip began: the client speaks, for the first time or after the server
     */
    boolean ready(SelectionKey key, ByteBuffer scratch, long now) {
        try {
            if (key.isConnectable()) {
                server.finishConnect();
            }
            return key.isReadable() && read(key, scratch, now);
        } catch (IOException e) {
            reset();
            return false;
        }
    }

    private boolean read(SelectionKey key, ByteBuffer scratch, long now) throws IOException {
        boolean asks = key.channel().equals(client);
        if (!(asks ? requests : replies).read(scratch, now)) {
            return false;
        }
        boolean begins = asks && answered;
        answered = !asks;
        return begins;
    }

    /** Passes on what is due, and says what to wait for. */
    void pass(Selector selector, long now) {
        if (over) {
            return;
        }
        try {
            if (server.isConnected()) {
                requests.write(now);
                replies.write(now);
            }
            if (requests.isOver() && (unheard || replies.isOver())) {
                close();
                return;
            }
            waitFor(client.keyFor(selector), requests, replies);
            if (server.isConnected()) {
                waitFor(server.keyFor(selector), replies, requests);
            }
        } catch (IOException e) {
            reset();
        }
    }

    private static void waitFor(SelectionKey key, Flow from, Flow to) {
        key.interestOps((from.wantsToRead() ? SelectionKey.OP_READ : 0) | (to.isBlocked() ? SelectionKey.OP_WRITE : 0));
    }

    /** When something is due next, in monotonic nanoseconds. */
    long nextDue() {
        return server.isConnected() ? Math.min(requests.nextDue(), replies.nextDue()) : Long.MAX_VALUE;
    }

    /** Ends both connections with an RST, as far as there is anybody to get it. */
    void reset() {
        linger(client);
        linger(server);
        close();
    }

    private static void linger(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException gone) {
            // It ends without an RST, for its peer has gone already.
            return;
        }
    }

    /** Ends both connections in order. */
    void close() {
        over = true;
        close(client);
        close(server);
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Its file descriptor is given back all the same.
            return;
        }
    }
}
