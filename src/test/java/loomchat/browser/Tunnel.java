package loomchat.browser;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network of its own between a browser and the server: an address that passes everything on, until the test takes the
 * network away. Driven by the test's thread; each connection has two threads that copy.
 */
public final class Tunnel implements AutoCloseable {
    /** A direction in which a message can be cut in two. */
    enum Way {
        TO_SERVER,
        TO_BROWSER
    }

    private static final int CHUNK_BYTES = 1 << 16;
    private static final int BEGINNING_BYTES = 20;
    private static final Pattern POST = Pattern.compile("(?is)^POST .*?\r\nContent-Length: (\\d{1,5})\r\n.*?\r\n\r\n");

    private final ServerSocket door;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytesToBrowser = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Object gate = new Object();

    private volatile int port;
    private volatile boolean broken;
    private volatile UnaryOperator<String> answers = request -> null;
    /** The next bytes that go this way are the beginning of a message, and the last that pass. */
    private volatile Way cutting;

    // Guarded by gate
    private boolean held;
    /** Requests with this in their first line wait; null for none. */
    private String late;

    Tunnel(int port) throws IOException {
        this.port = port;
        door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + door.getLocalPort() + "/";
    }

    /** Another server is behind it from now on. */
    public void leadTo(int otherPort) {
        port = otherPort;
    }

    /** Breaks every connection, and lets none through until {@link #mend}. */
    public void cut() {
        broken = true;
        open.forEach(Tunnel::shut);
    }

    /** The network breaks in the middle of what is said next, that way. */
    void cutWithin(Way way) {
        cutting = way;
    }

    public void mend() {
        cutting = null;
        broken = false;
    }

    boolean isCut() {
        return broken;
    }

    /**
     * Answers requests in the server's place: {@code answer} gets what arrived at once, the head and a small body, and
     * returns a {@link #response}, or null for what the server is to answer. It runs on a thread of its own.
     */
    void answer(UnaryOperator<String> answer) {
        answers = answer;
    }

    /** A whole response with a JSON body; {@code headers} each end with a line break. */
    static String response(String status, String headers, String json) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nConnection: close\r\n" + headers
                + "Content-Length: " + json.length() + "\r\n\r\n" + json;
    }

    /** Nothing arrives until {@link #release}, and then everything. */
    public void hold() {
        synchronized (gate) {
            held = true;
        }
    }

    /** Requests for paths with {@code part} do not arrive until {@link #release}; all else does. */
    public void holdBack(String part) {
        synchronized (gate) {
            late = part;
            gate.notifyAll();
        }
    }

    public void release() {
        synchronized (gate) {
            held = false;
            late = null;
            gate.notifyAll();
        }
    }

    /** Connections that were tried while it was cut. */
    long refused() {
        return refused.get();
    }

    public long bytesToBrowser() {
        return bytesToBrowser.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket browser = door.accept();
                Thread.ofVirtual().start(() -> connect(browser));
            }
        } catch (IOException e) {
            // The tunnel is closed.
        }
    }

    private void connect(Socket browser) {
        open.add(browser);
        try (browser;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            open.add(server);
            browser.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            if (broken) {
                refused.incrementAndGet();
                return;
            }
            Thread back = Thread.ofVirtual().start(() -> copy(server, browser, Way.TO_BROWSER));
            copy(browser, server, Way.TO_SERVER);
            back.join();
            open.remove(server);
        } catch (IOException | InterruptedException e) {
            // Nobody is there, as when a server restarts.
        } finally {
            open.remove(browser);
        }
    }

    private void copy(Socket from, Socket to, Way way) {
        byte[] chunk = new byte[CHUNK_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                awaitOpenGate(way, chunk, read);
                if (way == Way.TO_SERVER) {
                    read = withBody(in, chunk, read);
                }
                if (way == Way.TO_SERVER && answered(from, chunk, read)) {
                    shut(to);
                    return;
                }
                if (cutting == way) {
                    out.write(chunk, 0, Math.min(read, BEGINNING_BYTES));
                    cut();
                    return;
                }
                out.write(chunk, 0, read);
                if (way == Way.TO_BROWSER) {
                    bytesToBrowser.addAndGet(read);
                }
            }
            to.shutdownOutput();
        } catch (IOException | InterruptedException e) {
            shut(from);
            shut(to);
        }
    }

    /** Reads the rest of a small body that did not arrive with its head, as in WebKit. Returns the new length. */
    private static int withBody(InputStream in, byte[] chunk, int length) throws IOException {
        Matcher head = POST.matcher(new String(chunk, 0, length, StandardCharsets.ISO_8859_1));
        int all = head.find() ? Math.min(head.end() + Integer.parseInt(head.group(1)), chunk.length) : length;
        return all <= length ? length : length + in.readNBytes(chunk, length, all - length);
    }

    private boolean answered(Socket browser, byte[] chunk, int length) throws IOException {
        String response = answers.apply(new String(chunk, 0, length, StandardCharsets.ISO_8859_1));
        if (response == null) {
            return false;
        }
        browser.getOutputStream().write(response.getBytes(StandardCharsets.ISO_8859_1));
        browser.shutdownOutput();
        return true;
    }

    private void awaitOpenGate(Way way, byte[] chunk, int length) throws InterruptedException {
        synchronized (gate) {
            while (held
                    || (late != null
                            && way == Way.TO_SERVER
                            && firstLine(chunk, length).contains(late))) {
                gate.wait();
            }
        }
    }

    private static String firstLine(byte[] chunk, int length) {
        return new String(chunk, 0, length, StandardCharsets.ISO_8859_1).split("\r\n", 2)[0];
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        release();
        cut();
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
