package io.resilientstorage.testkit.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each fault of the proxy, in front of a server that sends everything back. */
class FaultyProxyTest {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int SHORT_MILLIS = 150;

    private final EchoServer server = new EchoServer();
    private final FaultyProxy proxy = FaultyProxy.to(server.port());

    @AfterEach
    void end() {
        proxy.close();
        server.close();
    }

    @Test
    void passesEverythingWhileThereIsNoFault() throws IOException {
        try (Socket one = connect();
                Socket other = connect()) {
            assertThat(echo(one, "hello")).isEqualTo("hello");
            assertThat(echo(other, "you too")).isEqualTo("you too");
            assertThat(proxy.connections()).isEqualTo(2);
        }
        await().until(() -> proxy.connections() == 0);
        await().until(() -> server.ended() == 2);
    }

    @Test
    void countsHowOftenAClientWaitsForAnAnswer() throws IOException {
        try (Socket one = connect();
                Socket other = connect()) {
            assertThat(echo(one, "hello")).isEqualTo("hello");
            assertThat(echo(one, "and again")).isEqualTo("and again");
            assertThat(echo(other, "hello")).isEqualTo("hello");
            assertThat(proxy.roundTrips()).isEqualTo(3);
        }
        await().until(() -> proxy.connections() == 0);
        assertThat(proxy.roundTrips()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void passesEveryByteInItsPlaceAlsoWhenItIsSlow(boolean jitter) throws IOException {
        if (jitter) {
            proxy.inject(NetworkFault.latency(Duration.ofMillis(1), Duration.ofMillis(5)));
        }
        byte[] sent = new byte[4 << 20];
        new Random(1).nextBytes(sent);
        try (Socket socket = connect()) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(socket, sent));
            assertThat(socket.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
            sending.join();
        }
    }

    @Test
    void passesTheEndOfOneDirectionAndWhatComesAfterwardsInTheOther() throws IOException {
        proxy.inject(NetworkFault.latency(Duration.ofMillis(50), Duration.ZERO));
        try (Socket socket = connect()) {
            send(socket, "last words".getBytes(UTF_8));
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .isEqualTo("last words");
        }
    }

    @Test
    void refusesWhileItIsDownAndListensOnTheSamePortAfterwards() throws IOException {
        int port = proxy.port();
        try (Socket standing = connect()) {
            assertThat(echo(standing, "before")).isEqualTo("before");

            proxy.inject(NetworkFault.down());

            assertThat(standing.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        }
        proxy.heal();
        try (Socket again = connect()) {
            assertThat(proxy.port()).isEqualTo(port);
            assertThat(echo(again, "after")).isEqualTo("after");
        }
    }

    @Test
    void swallowsEverythingInABlackhole() throws IOException {
        try (Socket standing = connect()) {
            assertThat(echo(standing, "before")).isEqualTo("before");
            proxy.inject(NetworkFault.blackhole());

            assertSilent(standing, "lost");
            try (Socket late = connect()) {
                assertSilent(late, "lost as well");
            }
            assertThat(server.bytes()).isEqualTo("before".length());
            assertThat(server.connections()).isEqualTo(1);
        }
        await("the end of the client's connections is seen").until(() -> proxy.connections() == 1);
        assertThat(server.ended()).as("ends that the server heard of").isZero();
    }

    @Test
    void resetsWhatHasAGapWhenTheBlackholeIsOverAndLeavesTheOthersAlone() throws IOException {
        try (Socket broken = connect();
                Socket whole = connect()) {
            assertThat(echo(broken, "before")).isEqualTo("before");
            assertThat(echo(whole, "before")).isEqualTo("before");
            proxy.inject(NetworkFault.blackhole());
            assertSilent(broken, "lost");
            try (Socket unheard = connect()) {
                // It was accepted in the order of its coming, before the fault ends.
                await().until(() -> proxy.connections() == 3);

                proxy.heal();

                assertReset(unheard);
            }
            assertReset(broken);
            assertThat(echo(whole, "after")).isEqualTo("after");
        }
    }

    @Test
    void dropsRepliesAlone() throws IOException {
        try (Socket socket = connect()) {
            proxy.inject(NetworkFault.repliesDropped());
            assertSilent(socket, "heard");
            await().until(() -> server.bytes() == "heard".length());
            proxy.heal();
            assertReset(socket);
        }
    }

    @Test
    void dropsRepliesThatAreUnderWay() throws IOException {
        proxy.inject(NetworkFault.latency(Duration.ZERO, Duration.ofHours(1), Duration.ZERO));
        try (Socket socket = connect()) {
            assertSilent(socket, "heard");
            await().until(() -> server.bytes() == "heard".length());
            await().untilAsserted(() -> assertThat(server.connections()).isEqualTo(1));
            proxy.inject(NetworkFault.repliesDropped());
            assertSilent(socket, "and again");
            proxy.heal();
            assertReset(socket);
        }
    }

    @Test
    void delaysEachWay() throws IOException {
        try (Socket socket = connect()) {
            assertThat(echo(socket, "quick")).isEqualTo("quick");
            proxy.inject(NetworkFault.latency(Duration.ofMillis(100), Duration.ofMillis(200), Duration.ZERO));
            assertTakes(socket, "slow", 300);
            proxy.inject(NetworkFault.latency(Duration.ofMillis(100), Duration.ZERO));
            assertTakes(socket, "less slow", 200);
        }
    }

    @Test
    void whatIsUnderWayArrivesWhenTheLatencyIsOver() throws IOException {
        proxy.inject(NetworkFault.latency(Duration.ofHours(1), Duration.ZERO));
        try (Socket socket = connect()) {
            assertSilent(socket, "slow");
            proxy.heal();
            assertThat(receive(socket, "slow".length())).isEqualTo("slow");
        }
    }

    @Test
    void resetsConnectionsThatStandAndThoseThatCome() throws IOException {
        try (Socket standing = connect()) {
            assertThat(echo(standing, "before")).isEqualTo("before");
            proxy.inject(NetworkFault.reset());
            assertReset(standing);
            assertThatThrownBy(() -> {
                        try (Socket late = connect()) {
                            echo(late, "never");
                        }
                    })
                    .isInstanceOf(SocketException.class);
            assertThat(server.bytes()).isEqualTo("before".length());
        }
        await().until(() -> server.ended() == 1);
        proxy.heal();
        try (Socket again = connect()) {
            assertThat(echo(again, "after")).isEqualTo("after");
        }
    }

    @Test
    void letsBytesDribble() throws IOException {
        proxy.inject(NetworkFault.slices(3, Duration.ofMillis(20)));
        try (Socket socket = connect()) {
            // 8 slices and so 7 pauses each way; the second way begins when the first slice has come.
            assertTakes(socket, "123456789.123456789.1234", 7 * 20);
        }
    }

    @Test
    void takesNoMoreThanItMayHold() throws IOException {
        proxy.inject(NetworkFault.latency(Duration.ofHours(1), Duration.ZERO));
        try (SocketChannel client =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port()))) {
            client.configureBlocking(false);
            ByteBuffer megabyte = ByteBuffer.allocate(1 << 20);
            long[] sent = {0};
            await("nothing more is taken").during(Duration.ofMillis(200)).until(() -> {
                long more = client.write(megabyte.clear());
                sent[0] += more;
                assertThat(sent[0]).as("bytes that were taken").isLessThan(64L << 20);
                return more == 0;
            });
        }
    }

    @Test
    void aClientIsResetWhenTheServerIsNotThere() throws IOException {
        int nobody;
        try (ServerSocket closedAtOnce = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = closedAtOnce.getLocalPort();
        }
        try (FaultyProxy toNobody = FaultyProxy.to(nobody)) {
            // The reset may come before the client has noticed that it is connected.
            assertThatThrownBy(() -> {
                        try (Socket socket = connect(toNobody)) {
                            socket.getInputStream().read();
                        }
                    })
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void nothingIsLeftOnceItIsClosed() throws IOException {
        proxy.inject(NetworkFault.down());
        proxy.heal();
        try (Socket standing = connect()) {
            assertThat(echo(standing, "before")).isEqualTo("before");

            proxy.close();

            assertThat(standing.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(proxy.connections()).isZero();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("faulty-proxy-" + proxy.port()));
        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        await().until(() -> server.ended() == 1);
        assertThatThrownBy(proxy::heal).isInstanceOf(IllegalStateException.class);
        proxy.close();
    }

    @Test
    void faultsThatMakeNoSenseAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> NetworkFault.slices(0, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> NetworkFault.slices(1, Duration.ofMillis(-1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NetworkFault.latency(Duration.ofMillis(-1), Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NetworkFault.latency(Duration.ZERO, Duration.ofMillis(-1)));
    }

    private Socket connect() throws IOException {
        return connect(proxy);
    }

    private static Socket connect(FaultyProxy to) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), to.port()), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static void send(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String receive(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), UTF_8);
    }

    private static String echo(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
        return receive(socket, text.length());
    }

    private static void assertTakes(Socket socket, String text, long atLeastMillis) throws IOException {
        long before = System.nanoTime();
        assertThat(echo(socket, text)).isEqualTo(text);
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isGreaterThanOrEqualTo(Duration.ofMillis(atLeastMillis));
    }

    private static void assertSilent(Socket socket, String text) throws IOException {
        send(socket, text.getBytes(UTF_8));
        socket.setSoTimeout(SHORT_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    private static void assertReset(Socket socket) {
        assertThatThrownBy(() -> socket.getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }
}
