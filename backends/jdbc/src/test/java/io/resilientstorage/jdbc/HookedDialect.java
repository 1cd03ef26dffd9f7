package io.resilientstorage.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** A dialect with which a test can stand between the two statements of a write, or behind them, or at a connection. */
final class HookedDialect {

    /** What is done at that point. */
    @FunctionalInterface
    interface Hook {
        void run() throws Exception;
    }

    private final AtomicReference<Hook> beforeStore = new AtomicReference<>(() -> {});
    private final Dialect dialect;
    private final AtomicReference<Hook> afterStore = new AtomicReference<>(() -> {});
    private volatile boolean unbounded;
    private volatile Hook beforeEachStore = () -> {};
    private volatile UnaryOperator<Connection> connections = connection -> connection;

    HookedDialect(Dialect real) {
        dialect = (Dialect) Proxy.newProxyInstance(
                Dialect.class.getClassLoader(), new Class<?>[] {Dialect.class}, (p, method, arguments) -> {
                    if (method.getName().equals("store")) {
                        beforeStore.getAndSet(() -> {}).run();
                        beforeEachStore.run();
                    }
                    if (method.getName().equals("bound") && unbounded) {
                        return null;
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        if (method.getName().equals("connect")) {
                            return connections.apply((Connection) result);
                        }
                        if (method.getName().equals("store")) {
                            afterStore.getAndSet(() -> {}).run();
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    Dialect dialect() {
        return dialect;
    }

    /** From here on no read from a socket ends by itself. */
    void unbounded() {
        unbounded = true;
    }

    /** Each time: what happens after the first statement and before the second. */
    void beforeEachStore(Hook hook) {
        beforeEachStore = hook;
    }

    /** What each connection that is made from here on is replaced by. */
    void connections(UnaryOperator<Connection> replacement) {
        connections = replacement;
    }

    /** Once: what happens when the second statement is done. */
    void afterStore(Hook hook) {
        afterStore.set(hook);
    }

    /** Once: what happens after the first statement and before the second. */
    void beforeStore(Hook hook) {
        beforeStore.set(hook);
    }
}
