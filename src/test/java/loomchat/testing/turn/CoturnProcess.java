package loomchat.testing.turn;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import loomchat.testing.RedisProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/**
 * A TURN server of its own for one test, coturn on a free port of 127.0.0.1 for UDP and TCP, that keeps its files in a
 * folder. Unlike one in production it relays to addresses of this machine: both ends of a call are here.
 */
public final class CoturnProcess implements AutoCloseable {
    private static final int BINDING_REQUEST = 0x0001;
    private static final int BINDING_RESPONSE = 0x0101;
    private static final int MAGIC_COOKIE = 0x2112_A442;
    private static final int STUN_HEADER_BYTES = 20;
    private static final int RELAY_PORTS = 200;

    private final Path folder;
    private final int port;
    private final String secret = Long.toHexString(ThreadLocalRandom.current().nextLong()) + "-only-for-this-test";
    private Process process;

    /**
     * Starts it and waits until it answers.
     *
     * @param options more lines for its configuration, which win over the usual ones
     */
    public CoturnProcess(Path folder, String... options) throws Exception {
        if (System.getenv("CI") == null) {
            Assumptions.assumeTrue(isInstalled(), "turnserver is not on the PATH");
        }
        this.folder = folder;
        port = freePort();
        // Below the ports that the system gives to others, and not those of a test that runs beside this one.
        int relay = 10_000 + RELAY_PORTS * ThreadLocalRandom.current().nextInt(50);
        // In a file, where nobody else on this machine reads the secret. Options of which coturn knows nothing, as
        // those of another version, are warnings there.
        Files.writeString(folder.resolve("turnserver.conf"), """
                listening-ip=127.0.0.1
                relay-ip=127.0.0.1
                listening-port=%d
                min-port=%d
                max-port=%d
                realm=loomchat.test
                use-auth-secret
                static-auth-secret=%s
                stale-nonce=600
                fingerprint
                user-quota=16
                total-quota=200
                allow-loopback-peers
                no-multicast-peers
                denied-peer-ip=10.0.0.0-10.255.255.255
                denied-peer-ip=172.16.0.0-172.31.255.255
                denied-peer-ip=192.168.0.0-192.168.255.255
                no-cli
                no-tls
                no-dtls
                userdb=%s
                pidfile=%s
                log-file=%s
                simple-log
                no-stdout-log
                verbose
                %s
                """.formatted(
                        port,
                        relay,
                        relay + RELAY_PORTS - 1,
                        secret,
                        folder.resolve("turndb"),
                        folder.resolve("turnserver.pid"),
                        folder.resolve("turnserver.log"),
                        String.join("\n", options)));
        start();
    }

    private static boolean isInstalled() {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "turnserver")));
    }

    /** One that is free for both. */
    private static int freePort() throws IOException {
        int port = RedisProcess.freePort();
        new DatagramSocket(port, InetAddress.getLoopbackAddress()).close();
        return port;
    }

    /** Starts it, again on the port it had. */
    public void start() throws Exception {
        process = new ProcessBuilder(
                        "turnserver", "-c", folder.resolve("turnserver.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("output.log").toFile()))
                .start();
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(this::answers);
    }

    /** Whether it answers a STUN binding request over UDP (RFC 8489, section 2). */
    public boolean answers() {
        byte[] transaction = new byte[12];
        ThreadLocalRandom.current().nextBytes(transaction);
        ByteBuffer request = ByteBuffer.allocate(STUN_HEADER_BYTES)
                .putShort((short) BINDING_REQUEST)
                .putShort((short) 0)
                .putInt(MAGIC_COOKIE)
                .put(transaction);
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(500);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.send(new DatagramPacket(request.array(), STUN_HEADER_BYTES));
            ByteBuffer response = ByteBuffer.allocate(1500);
            DatagramPacket packet = new DatagramPacket(response.array(), response.capacity());
            socket.receive(packet);
            return packet.getLength() >= STUN_HEADER_BYTES
                    && response.getShort(0) == BINDING_RESPONSE
                    && response.getInt(4) == MAGIC_COOKIE
                    && response.slice(8, transaction.length).equals(ByteBuffer.wrap(transaction));
        } catch (IOException e) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    public String secret() {
        return secret;
    }

    /** @param transport {@code udp} or {@code tcp}: how browsers come here; to the other end it is always UDP */
    public String url(String transport) {
        return "turn:127.0.0.1:" + port + "?transport=" + transport;
    }

    public String stunUrl() {
        return "stun:127.0.0.1:" + port;
    }

    /** What it has cost so far. */
    public Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** What it has written down: each allocation, permission and end of a session. */
    public String log() throws IOException {
        return Files.readString(folder.resolve("turnserver.log"));
    }

    /** SIGKILL: all allocations are gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGSTOP: it is there and passes nothing on. */
    public void freeze() throws Exception {
        signal("-STOP");
    }

    public void thaw() throws Exception {
        signal("-CONT");
    }

    private void signal(String which) throws Exception {
        new ProcessBuilder("kill", which, Long.toString(process.pid())).start().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
