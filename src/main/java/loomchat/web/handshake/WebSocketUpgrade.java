package loomchat.web.handshake;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import loomchat.chat.ChatServer;
import loomchat.chat.Protocol;
import loomchat.chat.visitor.Visitor;
import loomchat.counters.Counters;
import loomchat.net.SocketStream;
import loomchat.web.access.AddressLimits;
import loomchat.web.access.AllowedHosts;
import loomchat.web.access.AllowedOrigins;
import loomchat.web.access.RequestPath;
import loomchat.web.access.TrustedProxies;
import loomchat.web.access.TrustedProxies.Client;
import loomchat.web.access.WebSocketAdmission;
import loomchat.web.helidon.HttpConnection;
import loomchat.web.response.RawResponse;
import loomchat.web.response.Responses;
import loomchat.ws.Handshake;
import loomchat.ws.deflate.Compression;

/**
 * The server's WebSocket handshake (RFC 6455, 4.2), on the HTTP connection's thread. An accepted connection is
 * detached from the HTTP server and goes on as a {@link ChatServer} connection on its loop; the HTTP server's thread
 * and buffers end here. Long, because every reason to refuse a handshake is here, in order.
 */
public final class WebSocketUpgrade implements Http1Upgrader {
    /** Close code for a visitor who is banned (private range, RFC 6455, 7.4.2). */
    public static final int BANNED_CLOSE_CODE = 4004;

    private static final System.Logger LOGGER = System.getLogger("loomchat");
    private static final HeaderName KEY = HeaderNames.create("Sec-WebSocket-Key");
    private static final HeaderName VERSION = HeaderNames.create("Sec-WebSocket-Version");
    private static final HeaderName EXTENSIONS = HeaderNames.create("Sec-WebSocket-Extensions");
    private static final String CHAT_V1 = "chat.v1";
    private static final String RETRY = "Retry-After: 5\r\n";

    private final ChatServer chat;
    private final Map<String, Protocol> paths;
    private final AllowedOrigins origins;
    private final AllowedHosts hosts;
    private final TrustedProxies proxies;
    private final AddressLimits limits;
    private final VisitorGate gate;
    private final WebSocketAdmission admission;
    private final Counters counters;
    /** Null when compression is off. */
    private final Compression compression;

    public WebSocketUpgrade(
            ChatServer chat,
            Map<String, Protocol> paths,
            AllowedOrigins origins,
            AllowedHosts hosts,
            TrustedProxies proxies,
            AddressLimits limits,
            VisitorGate gate,
            WebSocketAdmission admission,
            Counters counters,
            Compression compression) {
        this.chat = chat;
        this.paths = paths;
        this.origins = origins;
        this.hosts = hosts;
        this.proxies = proxies;
        this.limits = limits;
        this.gate = gate;
        this.admission = admission;
        this.counters = counters;
        this.compression = compression;
    }

    @Override
    public String supportedProtocol() {
        return "websocket";
    }

    @Override
    public ServerConnection upgrade(ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
        try {
            return shakeHands(context, prologue, headers);
        } catch (HandshakeRefused e) {
            counters.connectionsRefused.increment(e.reason());
            throw answer(context, e);
        } catch (CloseConnectionException e) {
            throw e;
        } catch (RuntimeException e) {
            LOGGER.log(System.Logger.Level.ERROR, "A WebSocket handshake failed", e);
            throw answer(
                    context,
                    new HandshakeRefused(
                            "error",
                            "500 Internal Server Error",
                            "",
                            "The server could not answer this. Please try again."));
        }
    }

    private ServerConnection shakeHands(ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers)
            throws HandshakeRefused {
        Client client = proxies.client(context.remotePeer().address(), headers);
        if (!limits.mayShakeHands(client.address())) {
            throw new HandshakeRefused(
                    "address-handshakes",
                    "429 Too Many Requests",
                    RETRY,
                    "Too many connects from your address, please wait");
        }
        String path = prologue.uriPath().rawPath();
        Protocol protocol = RequestPath.isPlain(path, prologue.uriPath().path()) ? paths.get(path) : null;
        if (protocol == null) {
            throw new HandshakeRefused("not-found", "404 Not Found", "", "There is no WebSocket on this path");
        }
        check(prologue, headers, client);
        HandshakeOffer offer = HandshakeOffer.of(headers);
        if (protocol == Protocol.PLAIN && offer.chatV1()) {
            protocol = Protocol.V1;
        }
        Visitor visitor = visitor(context, headers, protocol, offer, client);
        boolean taken = false;
        try {
            ServerConnection handOver = admit(context, headers, protocol, client, visitor);
            taken = true;
            return handOver;
        } finally {
            if (!taken) {
                chat.visitors().leave(visitor);
            }
        }
    }

    private Visitor visitor(
            ConnectionContext context,
            WritableHeaders<?> headers,
            Protocol protocol,
            HandshakeOffer offer,
            Client client)
            throws HandshakeRefused {
        try {
            return gate.admit(offer, client);
        } catch (VisitorGate.Banned e) {
            if (protocol != Protocol.V1) {
                throw new HandshakeRefused("banned", "403 Forbidden", "", e.getMessage());
            }
            counters.connectionsRefused.increment("banned");
            byte[] accepted = switching(headers.get(KEY).get(), protocol, null).getBytes(StandardCharsets.US_ASCII);
            write(context, accepted);
            write(context, RawResponse.closeFrame(BANNED_CLOSE_CODE, e.getMessage()));
            throw new CloseConnectionException("The visitor is banned");
        }
    }

    private ServerConnection admit(
            ConnectionContext context, WritableHeaders<?> headers, Protocol protocol, Client client, Visitor visitor)
            throws HandshakeRefused {
        WebSocketAdmission.Refusal refusal = admission.admit(client, visitor.isGuest());
        if (refusal != null) {
            throw new HandshakeRefused(refusal.reason(), "503 Service Unavailable", RETRY, refusal.text());
        }
        boolean taken = false;
        Handshake.Agreed agreed = null;
        try {
            agreed = compression == null ? null : Handshake.negotiate(headers.values(EXTENSIONS), compression);
            write(context, switching(headers.get(KEY).get(), protocol, agreed).getBytes(StandardCharsets.US_ASCII));
            byte[] early = early(context.dataReader());
            SocketStream stream = ((HttpConnection) context).detach();
            taken = true;
            return new HandOver(
                    chat, stream, protocol, early, agreed, visitor, () -> admission.leave(client, visitor.isGuest()));
        } finally {
            if (!taken) {
                admission.leave(client, visitor.isGuest());
                if (agreed != null) {
                    agreed.drop();
                }
            }
        }
    }

    private void check(HttpPrologue prologue, WritableHeaders<?> headers, Client client) throws HandshakeRefused {
        if (!prologue.method().equals(Method.GET)) {
            throw new HandshakeRefused(
                    "bad-request", "405 Method Not Allowed", "Allow: GET\r\n", "A WebSocket handshake is a GET");
        }
        if (!hasToken(headers.contains(HeaderNames.CONNECTION) ? headers.values(HeaderNames.CONNECTION) : List.of())) {
            throw new HandshakeRefused(
                    "bad-request", "400 Bad Request", "", "The header Connection must contain Upgrade");
        }
        if (!Handshake.VERSION.equals(single(headers, VERSION))) {
            throw new HandshakeRefused(
                    "bad-request",
                    "426 Upgrade Required",
                    "Sec-WebSocket-Version: " + Handshake.VERSION + "\r\n",
                    "The WebSocket version must be " + Handshake.VERSION);
        }
        String key = single(headers, KEY);
        if (key == null || !Handshake.isValidKey(key)) {
            throw new HandshakeRefused(
                    "bad-request", "400 Bad Request", "", "The header Sec-WebSocket-Key must be 16 bytes in base64");
        }
        String host = headers.get(HeaderNames.HOST).get();
        if (!hosts.allow(host)) {
            throw new HandshakeRefused("host", "421 Misdirected Request", "", Responses.misdirected(host));
        }
        checkOrigin(headers, host, client);
    }

    private void checkOrigin(WritableHeaders<?> headers, String host, Client client) throws HandshakeRefused {
        if (!headers.contains(HeaderNames.ORIGIN)) {
            return;
        }
        String origin = single(headers, HeaderNames.ORIGIN);
        if (origin == null) {
            throw new HandshakeRefused(
                    "origin", "403 Forbidden", "", "A page has one origin, and this request names several");
        }
        if (!origins.allow(origin, host, client.secure())) {
            String shown = Responses.shown(origin);
            throw new HandshakeRefused(
                    "origin",
                    "403 Forbidden",
                    "",
                    "Pages of " + shown + " may not connect here. If they should, set ALLOWED_ORIGINS=" + shown
                            + " (with HTTPS at a proxy: TRUSTED_PROXIES). A client that is not a page sends no Origin");
        }
    }

    /** The value of a header that must occur once; null when it is missing or repeated. */
    private static String single(WritableHeaders<?> headers, HeaderName name) {
        return headers.contains(name) && headers.get(name).valueCount() == 1
                ? headers.get(name).get()
                : null;
    }

    private static boolean hasToken(List<String> connection) {
        return connection.stream()
                .flatMap(value -> List.of(value.split(",")).stream())
                .anyMatch(token -> token.strip().toLowerCase(Locale.ROOT).equals("upgrade"));
    }

    private static String switching(String key, Protocol protocol, Handshake.Agreed agreed) {
        return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
                + Handshake.accept(key)
                + (protocol == Protocol.V1 ? "\r\nSec-WebSocket-Protocol: " + CHAT_V1 : "")
                + (agreed == null ? "" : "\r\nSec-WebSocket-Extensions: " + agreed.header())
                + "\r\n\r\n";
    }

    /** Answers with an error and returns what ends the HTTP connection. */
    private static CloseConnectionException answer(ConnectionContext context, HandshakeRefused refused) {
        write(context, refused.response());
        return new CloseConnectionException("The WebSocket handshake was refused: " + refused.getMessage());
    }

    private static void write(ConnectionContext context, byte[] bytes) {
        context.dataWriter().writeNow(BufferData.create(bytes));
    }

    /** The bytes that the client sent right behind its request, or null. */
    private static byte[] early(DataReader reader) {
        int size = reader.available();
        return size == 0 ? null : reader.readBytes(size);
    }

    /** Ends the connection for the HTTP server and passes it to the chat. */
    private record HandOver(
            ChatServer chat,
            SocketStream stream,
            Protocol protocol,
            byte[] early,
            Handshake.Agreed agreed,
            Visitor visitor,
            Runnable onGone)
            implements ServerConnection {
        @Override
        public void handle(Limit limit) {
            chat.open(stream, protocol, early, agreed, visitor, onGone);
        }

        @Override
        public Duration idleTime() {
            return Duration.ZERO;
        }

        @Override
        public void close(boolean interrupt) {
            // The connection belongs to the chat.
        }
    }
}
