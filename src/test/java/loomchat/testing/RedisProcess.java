package loomchat.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** A Redis server of its own for one test, on a free port of 127.0.0.1, that keeps its data in a folder. */
public final class RedisProcess implements AutoCloseable {
    private final List<String> command;
    private final Path folder;
    private final int port;
    private Process process;

    /** Starts it and waits until it answers. */
    public RedisProcess(Path folder, String... options) throws Exception {
        this(folder, freePort(), options);
    }

    /** The same on a port that is known before. */
    public RedisProcess(Path folder, int port, String... options) throws Exception {
        if (System.getenv("CI") == null) {
            Assumptions.assumeTrue(isInstalled(), "redis-server is not on the PATH");
        }
        this.folder = folder;
        this.port = port;
        command = new ArrayList<>(List.of(
                "redis-server",
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                folder.toString(),
                "--save",
                "",
                "--appendonly",
                "yes"));
        command.addAll(List.of(options));
        start();
    }

    private static boolean isInstalled() {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "redis-server")));
    }

    /**
     * A free port for a program that wants to know its own before it starts. Not one of those that the system hands
     * out: between the question and the start somebody else would be given it now and then.
     */
    public static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // Taken: the next one.
            }
        }
    }

    /** Starts it, again with the data it had. */
    public void start() throws Exception {
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("redis-" + port + ".log").toFile()))
                .start();
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(this::answers);
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write("PING\r\n".getBytes());
            int first = socket.getInputStream().read();
            return first == '+' || first == '-' && isAskedForLogin(socket);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isAskedForLogin(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(6)).equals("NOAUTH");
    }

    /** Sends one command and returns the first line of the reply. */
    public String ask(String line) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write((line + "\r\n").getBytes());
            StringBuilder reply = new StringBuilder();
            for (int next = socket.getInputStream().read(); next >= 0 && next != '\n'; ) {
                reply.append((char) next);
                next = socket.getInputStream().read();
            }
            return reply.toString().strip();
        }
    }

    /** Sends one command and returns all that comes. */
    public String askAll(String line) throws IOException {
        return askAll(port, line);
    }

    /** The same for whatever speaks Redis' protocol on a port of this machine. */
    public static String askAll(int port, String line) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write((line + "\r\nQUIT\r\n").getBytes());
            return new String(socket.getInputStream().readAllBytes());
        }
    }

    /** The beginning of the reply, for who does not know QUIT. */
    public static String askSome(int port, String line) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write((line + "\r\n").getBytes());
            byte[] buffer = new byte[64 * 1024];
            int read = socket.getInputStream().read(buffer);
            return new String(buffer, 0, Math.max(0, read));
        }
    }

    public int port() {
        return port;
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGSTOP: it is there and answers nothing. */
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
