package loomchat.loadtest.target;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import loomchat.loadtest.identity.BearerToken;
import loomchat.loadtest.identity.Credentials;
import loomchat.loadtest.identity.SessionClient;
import loomchat.loadtest.measure.ErrorCounts;
import loomchat.loadtest.scenario.Persona;
import loomchat.loadtest.scenario.PlainText;
import loomchat.loadtest.scenario.Protocol;
import loomchat.net.Loop;
import loomchat.ws.ClientOptions;
import loomchat.ws.WebSocketClient;

/**
 * Connects users to the target. Any thread may call it. On a loopback target the connections come from
 * {@code 127.0.0.2} on, in turn, because one address has only some 28,000 ports and a closed connection blocks its
 * own for a minute.
 */
public final class Dialer {
    private static final int MOST_SOURCES = 64;
    private static final int MOST_MESSAGE_BYTES = 1 << 25;

    private final URI uri;
    private final InetSocketAddress address;
    private final SSLContext tls;
    private final Duration timeout;
    private final BearerToken token;
    private final SessionClient sessions;
    private final int sources;
    private final AtomicInteger dialled = new AtomicInteger();
    /** The last connect that failed. */
    private volatile IOException refusal;

    /** @param token that all users without an identity of their own show, or null */
    public Dialer(Target target, Duration timeout, int clients, BearerToken token) {
        this.uri = target.url();
        this.address = target.address();
        this.tls = target.tls();
        this.timeout = timeout;
        this.token = token;
        this.sessions = new SessionClient(uri, address, tls, timeout);
        boolean spread =
                address.getAddress().isLoopbackAddress() && address.getAddress().getAddress().length == 4;
        sources = spread ? Math.clamp(clients / 1000L, 4, MOST_SOURCES) : 0;
    }

    int sources() {
        return sources;
    }

    public SessionClient sessions() {
        return sessions;
    }

    /** Whether all users without an identity of their own show one token. */
    public boolean hasToken() {
        return token != null;
    }

    /** Of a user without an identity of its own. */
    public Credentials credentials() throws IOException {
        return Credentials.of(token, source());
    }

    /**
     * The address of one visitor with an identity: each has its own on a loopback target, because the server limits new
     * sessions by address. Null for any.
     */
    public InetAddress addressOf(int user) {
        if (sources == 0) {
            return null;
        }
        try {
            byte[] address = {127, (byte) (64 + (user >> 16) % 64), (byte) (user >> 8), (byte) user};
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @throws SubprotocolRefused the server does not speak the persona's subprotocol
     * @throws IOException the connection failed
     */
    public WebSocketClient connect(Persona persona, Loop loop, Credentials credentials) throws IOException {
        List<String> subprotocols = persona.protocol().subprotocols;
        WebSocketClient socket = WebSocketClient.connect(new ClientOptions(
                uri,
                credentials.subprotocols(subprotocols),
                credentials.headers(subprotocols),
                credentials.source(),
                tls,
                timeout,
                MOST_MESSAGE_BYTES,
                persona.connection().pongs(),
                null,
                loop));
        if (!subprotocols.isEmpty() && !subprotocols.getFirst().equals(socket.subprotocol())) {
            socket.abort();
            throw new SubprotocolRefused(persona.protocol());
        }
        return socket;
    }

    /** A user was not let in. */
    public void refused(IOException e) {
        refusal = e;
    }

    /** Counts a connect that failed by its kind; the first one is the example. */
    public void failed(ErrorCounts errors, IOException e) {
        String kind = FailureKind.of(e);
        errors.connectFailed(kind, () -> named(FailureText.of(e)));
    }

    /** The server, and why it did not let in the user that came last; null when it has refused nobody. */
    String refusal() {
        IOException last = refusal;
        return last == null ? null : named(FailureText.of(last));
    }

    private String named(String what) {
        return PlainText.of(uri.toString()) + ": " + what;
    }

    /** A WebSocket server that does not speak the subprotocol. */
    static final class SubprotocolRefused extends IOException {
        SubprotocolRefused(Protocol protocol) {
            super("The server does not speak " + protocol);
        }
    }

    /** Begins a handshake and resets the connection in the middle of it. */
    public void abandon() throws IOException {
        try (Socket socket = new Socket()) {
            InetAddress source = source();
            if (source != null) {
                socket.bind(new InetSocketAddress(source, 0));
            }
            socket.connect(address, (int) timeout.toMillis());
            socket.getOutputStream().write("GET / HTTP/1.1\r\nUpgrade: webso".getBytes(StandardCharsets.US_ASCII));
            socket.setSoLinger(true, 0);
        }
    }

    private InetAddress source() throws IOException {
        if (sources == 0) {
            return null;
        }
        int last = 2 + Math.floorMod(dialled.getAndIncrement(), sources);
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }
}
