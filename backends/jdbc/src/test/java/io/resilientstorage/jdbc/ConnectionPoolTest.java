package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that were taken go back, whatever happens. */
class ConnectionPoolTest {

    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** As many as the pool of {@link Parts} has at most. */
    private static final int ALL = 4;

    @TempDir
    private Path folder;

    @Test
    void aConnectionThatCannotBeGivenBackKeepsNoOther() {
        AtomicBoolean broken = new AtomicBoolean();
        List<String> used = new ArrayList<>();
        try (Parts parts = new Parts(Parts.target("sqlite:" + folder.resolve("storage.db")))) {
            parts.hooked.connections(connection -> failingToReset(connection, broken));
            warm(parts, session -> used.add("before"));
            broken.set(true);
            assertThatThrownBy(() -> warm(parts, session -> used.add("broken")))
                    .rootCause()
                    .hasMessage("a connection could not be given back")
                    .satisfies(trouble -> assertThat(trouble.getSuppressed())
                            .as("each was tried")
                            .hasSize(ALL));
            broken.set(false);
            warm(parts, session -> used.add("after"));
        }
        assertThat(used).filteredOn("after"::equals).as("all can be had again").hasSize(ALL);
    }

    @Test
    void allConnectionsGoBackWhenTheFirstUseOfThemFails() {
        List<String> used = new ArrayList<>();
        try (Parts parts = new Parts(Parts.target("sqlite:" + folder.resolve("storage.db")))) {
            assertThatThrownBy(() -> warm(parts, session -> {
                        throw new SQLException("it does not work", "58000");
                    }))
                    .hasStackTraceContaining("it does not work");
            warm(parts, session -> used.add("after"));
        }
        assertThat(used).hasSize(ALL);
    }

    @Test
    void noneIsTakenFromWhoAsksTheDatabase() throws Exception {
        List<String> used = new ArrayList<>();
        CountDownLatch asking = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        try (Parts parts = new Parts(Parts.target("sqlite:" + folder.resolve("storage.db")))) {
            var call = parts.lane.submit(OpenedBackend.TIMEOUT, attempt -> {
                try (Session session = parts.pool.session(attempt)) {
                    asking.countDown();
                    answered.await();
                    return session;
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            asking.await();
            warm(parts, session -> used.add("while it is asked"));
            answered.countDown();
            OpenedBackend.await(call);
            warm(parts, session -> used.add("after"));
        }
        assertThat(used).hasSize(ALL).containsOnly("after");
    }

    private static void warm(Parts parts, ConnectionPool.Use use) {
        OpenedBackend.await(parts.lane.submit(OpenedBackend.TIMEOUT, attempt -> {
            parts.pool.warm(attempt, ALL, PATIENCE, use);
            return true;
        }));
    }

    /** The pool clears the warnings of a connection before it keeps it. */
    private static Connection failingToReset(Connection real, AtomicBoolean broken) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (p, method, arguments) -> {
                    if (method.getName().equals("clearWarnings") && broken.get()) {
                        throw new SQLException("it cannot be reset", "58000");
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
