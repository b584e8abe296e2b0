package loomchat.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import loomchat.Loomchat;
import loomchat.testing.Certificate;
import loomchat.testing.RawClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets that other libraries open in the server's process are the JDK's: nothing process-wide is replaced. */
class ForeignSocketTest {
    @TempDir
    static Path keys;

    @TempDir
    Path dir;

    private static Certificate certificate;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = Certificate.make(keys);
    }

    @Test
    void plainAndTlsSocketsInTheServersProcessBehaveAsTheJdks() throws Exception {
        Map<String, String> settings =
                Map.of("PORT", "0", "HOST", "127.0.0.1", "LOG_DIR", dir.toString(), "DRAIN_TIMEOUT", "0s");
        try (Loomchat server = Loomchat.start(settings)) {
            expectOrdinarySockets();
            try (RawClient chatting = RawClient.open(server.port(), "/")) {
                expectOrdinarySockets();
                chatting.send(RawClient.frame(RawClient.PING, "still here"));
                assertThat(chatting.read().text()).isEqualTo("still here");
            }
        }
    }

    /** A thread of a loop is where a handshake goes on, and where what it starts would open a connection. */
    @Test
    void theyDoOnALoopToo() throws Exception {
        try (Loop loop = new Loop("foreign")) {
            Future<Object> done = run(loop);
            assertThat(done.get(20, TimeUnit.SECONDS)).isEqualTo("done");
        }
    }

    private static Future<Object> run(Loop loop) {
        java.util.concurrent.CompletableFuture<Object> done = new java.util.concurrent.CompletableFuture<>();
        loop.start(() -> {
            try {
                expectOrdinarySockets();
                done.complete("done");
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private static void expectOrdinarySockets() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            talk(listening, new Socket());
        }
        SSLContext context = certificate.context();
        SSLServerSocket listening = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        try (listening) {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
            talk(listening, socket);
        }
    }

    /** Options are set before the socket is connected, as clients of databases do. */
    private static void talk(ServerSocket listening, Socket socket) throws Exception {
        try (socket;
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<Integer> heard = other.submit(() -> {
                try (Socket accepted = listening.accept()) {
                    int octet = accepted.getInputStream().read();
                    accepted.getOutputStream().write(octet + 1);
                    return octet;
                }
            });
            socket.setKeepAlive(true);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(10_000);
            socket.setReceiveBufferSize(20_000);
            assertThat(socket.getKeepAlive()).isTrue();
            assertThat(socket.getTcpNoDelay()).isTrue();
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort()), 10_000);
            socket.getOutputStream().write(41);
            socket.getOutputStream().flush();
            assertThat(socket.getInputStream().read()).isEqualTo(42);
            assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo(41);
            assertThat(socket.getKeepAlive()).isTrue();
        } catch (IOException e) {
            throw new AssertionError("A socket of the JDK failed", e);
        }
    }
}
