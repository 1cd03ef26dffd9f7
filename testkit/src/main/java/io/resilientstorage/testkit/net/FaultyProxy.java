package io.resilientstorage.testkit.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a server, passes on what they say over TCP, and fails on demand as networks do.
 *
 * <pre>{@code
 * try (FaultyProxy proxy = FaultyProxy.to(redis.port());
 *         var storage = ResilientStorage.builder().backend("redis://127.0.0.1:" + proxy.port()).build()) {
 *     proxy.inject(NetworkFault.blackhole());
 *     storage.set("key", "value");                 // goes to memory
 *     proxy.heal();
 * }
 * }</pre>
 *
 * <p>One fault is in force at a time. It meets the connections that stand as well as those that come. A connection on
 * which something was swallowed does not go on when the fault ends: it is reset, since TCP never leaves bytes out and
 * what came after a gap could be taken for something else.
 *
 * <p>It listens on a port of the loopback address, the same from beginning to end. At most {@value #MAX_CONNECTIONS}
 * connections stand at once, more are reset; for each direction of one, at most 256 KiB wait. It has one thread, which
 * ends with {@link #close()}. Safe for use by several threads.
 */
public final class FaultyProxy implements AutoCloseable {

    /** How many connections stand at most. */
    public static final int MAX_CONNECTIONS = 1_000;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int SCRATCH = 16 << 10;
    private static final int BACKLOG = 256;

    private record Order(NetworkFault fault, CompletableFuture<Void> inForce) {}

    private final InetSocketAddress server;
    private final InetSocketAddress address;
    private final Selector selector = Selector.open();
    private final Queue<Order> orders = new ConcurrentLinkedQueue<>();
    private final List<ProxiedConnection> connections = new ArrayList<>();
    private final ByteBuffer scratch = ByteBuffer.allocate(SCRATCH);
    private final Thread thread;
    private NetworkFault fault = NetworkFault.none();
    private long begun;
    private @Nullable ServerSocketChannel listener;
    private @Nullable SocketChannel placeholder;
    private volatile boolean closing;
    private volatile int standing;
    private volatile long roundTrips;

    private FaultyProxy(InetSocketAddress server) throws IOException {
        this.server = server;
        this.address = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        this.thread = new Thread(this::run, "faulty-proxy-" + address.getPort());
        thread.setDaemon(true);
        thread.start();
    }

    /** A proxy to a server on a port of this machine. It need not listen yet. */
    public static FaultyProxy to(int port) {
        return to(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** A proxy to a server. It need not listen yet. */
    public static FaultyProxy to(InetSocketAddress server) {
        try {
            return new FaultyProxy(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port on which it listens. */
    public int port() {
        return address.getPort();
    }

    /** How many connections of clients stand. */
    public int connections() {
        return standing;
    }

    /**
     * How many round trips there were on all connections until now. One begins when a client speaks, for the first time
     * or after the server has; what several callers send together before an answer comes is one.
     */
    public long roundTrips() {
        return roundTrips;
    }

    /**
     * Ends the fault that is in force and begins another. When this returns, it is in force.
     *
     * @throws IllegalStateException if the proxy is closed
     */
    public void inject(NetworkFault next) {
        Order order = new Order(next, new CompletableFuture<>());
        orders.add(order);
        selector.wakeup();
        if (closing || !thread.isAlive()) {
            throw new IllegalStateException("the proxy is closed");
        }
        try {
            order.inForce().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the proxy could not begin the fault: " + next, e);
        }
    }

    /** Ends the fault that is in force. */
    public void heal() {
        inject(NetworkFault.none());
    }

    /** Ends all connections and the thread, and waits for that. */
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing) {
                selector.select(this::ready, untilNextDue());
                follow();
                long now = System.nanoTime();
                connections.forEach(connection -> connection.pass(selector, now));
                connections.removeIf(ProxiedConnection::isOver);
                standing = connections.size();
            }
        } catch (IOException | ClosedSelectorException e) {
            throw new IllegalStateException("the proxy failed", e);
        } finally {
            end();
        }
    }

    private long untilNextDue() {
        long due = Long.MAX_VALUE;
        for (ProxiedConnection connection : connections) {
            due = Math.min(due, connection.nextDue());
        }
        // Zero would mean for ever.
        return due == Long.MAX_VALUE
                ? 0
                : Math.max(1, Duration.ofNanos(due - System.nanoTime()).toMillis());
    }

    private void ready(SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        if (key.attachment() instanceof ProxiedConnection connection) {
            if (connection.ready(key, scratch, System.nanoTime())) {
                begun++;
                roundTrips = begun;
            }
        } else {
            accept((ServerSocketChannel) key.channel());
        }
    }

    private void accept(ServerSocketChannel from) {
        try {
            SocketChannel client = from.accept();
            if (client == null) {
                return;
            }
            ProxiedConnection connection = new ProxiedConnection(client, fault);
            if (fault.gate() == NetworkFault.Gate.RESETTING || connections.size() >= MAX_CONNECTIONS) {
                connection.reset();
            } else {
                connections.add(connection);
                connection.begin(server, selector);
            }
        } catch (IOException e) {
            // The client has gone again, which ends nothing but its connection.
            return;
        }
    }

    private void follow() throws IOException {
        for (Order order = orders.poll(); order != null; order = orders.poll()) {
            fault = order.fault();
            long now = System.nanoTime();
            connections.forEach(connection -> connection.meet(fault, now));
            connections.removeIf(ProxiedConnection::isOver);
            if (fault.gate() == NetworkFault.Gate.CLOSED) {
                refuse();
            } else if (listener == null) {
                listen(address);
            }
            // What was closed is given back to the system only in here.
            selector.selectNow(this::ready);
            order.inForce().complete(null);
        }
    }

    private InetSocketAddress listen(InetSocketAddress where) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(where, BACKLOG);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_ACCEPT);
        listener = channel;
        if (placeholder != null) {
            placeholder.close();
            placeholder = null;
        }
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /** Listens no more. The port stays bound, so that the system gives it to nobody else meanwhile. */
    private void refuse() throws IOException {
        if (listener != null) {
            listener.close();
            listener = null;
            selector.selectNow(this::ready);
            SocketChannel bound = SocketChannel.open();
            bound.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            bound.bind(address);
            placeholder = bound;
        }
    }

    private void end() {
        connections.forEach(ProxiedConnection::close);
        connections.clear();
        standing = 0;
        try {
            if (listener != null) {
                listener.close();
            }
            if (placeholder != null) {
                placeholder.close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            for (Order order = orders.poll(); order != null; order = orders.poll()) {
                order.inForce().completeExceptionally(new IllegalStateException("the proxy is closed"));
            }
        }
    }
}
