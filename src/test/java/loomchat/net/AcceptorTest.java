package loomchat.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is accepted, on which loop, what a refused client reads, and the end. */
@Timeout(60)
class AcceptorTest {
    private static final byte[] REFUSAL = "full".getBytes(US_ASCII);

    private final Loop[] loops = {new Loop("first"), new Loop("second"), new Loop("third")};
    private final BlockingQueue<SocketStream> admitted = new LinkedBlockingQueue<>();
    private final AtomicInteger refused = new AtomicInteger();

    @AfterEach
    void close() {
        admitted.forEach(SocketStream::close);
        for (Loop each : loops) {
            each.close();
        }
    }

    private Acceptor acceptor(Acceptor.Handler handler) throws IOException {
        Acceptor acceptor = new Acceptor(
                new InetSocketAddress("127.0.0.1", 0), 64, loops, handler, REFUSAL, refused::incrementAndGet);
        acceptor.start();
        return acceptor;
    }

    private SocketStream next() throws InterruptedException {
        SocketStream stream = admitted.poll(10, TimeUnit.SECONDS);
        assertThat(stream).isNotNull();
        return stream;
    }

    private static Socket connect(Acceptor acceptor) throws IOException {
        Socket client = new Socket("127.0.0.1", acceptor.port());
        client.setSoTimeout(10_000);
        return client;
    }

    @Test
    void connectionsGoToTheLoopsInTurnWithTheAddressOfTheirClient() throws Exception {
        BlockingQueue<InetSocketAddress> peers = new LinkedBlockingQueue<>();
        try (Acceptor acceptor = acceptor((stream, peer) -> peers.add(peer) && admitted.add(stream))) {
            List<Loop> chosen = new ArrayList<>();
            for (int i = 0; i < 2 * loops.length; i++) {
                try (Socket client = connect(acceptor)) {
                    chosen.add(next().loop());
                    assertThat(peers.remove()).isEqualTo(client.getLocalSocketAddress());
                }
            }
            assertThat(Set.copyOf(chosen.subList(0, loops.length))).containsExactlyInAnyOrder(loops);
            assertThat(chosen.subList(loops.length, chosen.size())).isEqualTo(chosen.subList(0, loops.length));
        }
        assertThat(refused).hasValue(0);
    }

    @Test
    void aRefusedClientReadsTheAnswerAndTheEndAlsoWhenItSendsMore() throws Exception {
        try (Acceptor acceptor = acceptor((stream, peer) -> false)) {
            for (int i = 1; i <= 3; i++) {
                try (Socket client = connect(acceptor)) {
                    client.getOutputStream().write(new byte[10_000 * i]);
                    assertThat(client.getInputStream().readAllBytes()).isEqualTo(REFUSAL);
                }
            }
        }
        assertThat(refused).hasValue(3);
    }

    /** Silent clients are refused by threads of their own: they keep nobody else waiting. */
    @Test
    void clientsThatSayNothingDoNotDelayTheNext() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (Acceptor acceptor = acceptor((stream, peer) -> asked.incrementAndGet() > 20 && admitted.add(stream))) {
            List<Socket> silent = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                silent.add(connect(acceptor));
            }
            try (Socket client = connect(acceptor)) {
                SocketStream stream = next();
                stream.write(REFUSAL, 0, 1);
                assertThat(client.getInputStream().read()).isEqualTo(REFUSAL[0]);
            }
            for (Socket each : silent) {
                each.close();
            }
        }
    }

    @Test
    void aFailureOfTheHandlerCostsThatConnectionOnly() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (Acceptor acceptor = acceptor((stream, peer) -> switch (asked.getAndIncrement()) {
            case 0 -> throw new IllegalStateException("on purpose");
            case 1 -> throw new AssertionError("on purpose");
            default -> admitted.add(stream);
        })) {
            try (Socket failed = connect(acceptor)) {
                assertThat(failed.getInputStream().read()).isEqualTo(-1);
            }
            try (Socket failed = connect(acceptor);
                    Socket client = connect(acceptor)) {
                next().write(REFUSAL, 0, 1);
                assertThat(client.getInputStream().read()).isEqualTo(REFUSAL[0]);
            }
        }
    }

    @Test
    void clientsThatConnectBeforeTheStartAreAcceptedAfterIt() throws Exception {
        try (Acceptor acceptor = new Acceptor(
                new InetSocketAddress("127.0.0.1", 0),
                64,
                loops,
                (stream, peer) -> admitted.add(stream),
                REFUSAL,
                refused::incrementAndGet)) {
            try (Socket client = connect(acceptor)) {
                assertThat(admitted).isEmpty();
                acceptor.start();
                next();
            }
        }
    }

    @Test
    void afterTheEndNobodyListensAndAcceptedConnectionsGoOn() throws Exception {
        Acceptor acceptor = acceptor((stream, peer) -> admitted.add(stream));
        int port = acceptor.port();
        try (Socket client = connect(acceptor)) {
            SocketStream stream = next();
            acceptor.close();
            assertThatThrownBy(() -> new Socket("127.0.0.1", port)).isInstanceOf(ConnectException.class);
            stream.write(REFUSAL, 0, REFUSAL.length);
            assertThat(client.getInputStream().readNBytes(REFUSAL.length)).isEqualTo(REFUSAL);
            acceptor.close();
        }
    }

    @Test
    void anAddressInUseFailsAtOnce() throws Exception {
        try (Acceptor acceptor = acceptor((stream, peer) -> false)) {
            assertThatThrownBy(() -> new Acceptor(
                            new InetSocketAddress("127.0.0.1", acceptor.port()),
                            64,
                            loops,
                            (stream, peer) -> false,
                            REFUSAL,
                            () -> {}))
                    .isInstanceOf(IOException.class);
        }
    }
}
