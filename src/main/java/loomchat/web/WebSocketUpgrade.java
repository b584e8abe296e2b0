package loomchat.web;

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
import loomchat.log.Counters;
import loomchat.net.SocketStream;
import loomchat.web.access.AddressLimits;
import loomchat.web.access.AllowedHosts;
import loomchat.web.access.AllowedOrigins;
import loomchat.web.access.TrustedProxies;
import loomchat.web.access.TrustedProxies.Client;
import loomchat.web.access.WebSocketAdmission;
import loomchat.web.helidon.HttpConnection;
import loomchat.ws.Handshake;
import loomchat.ws.deflate.Compression;

/**
 * The server's WebSocket handshake (RFC 6455, 4.2), on the HTTP connection's thread. An accepted connection is
 * detached from the HTTP server and goes on as a {@link ChatServer} connection on its loop; the HTTP server's thread
 * and buffers end here.
 */
final class WebSocketUpgrade implements Http1Upgrader {
    private static final System.Logger LOGGER = System.getLogger("loomchat");
    private static final HeaderName KEY = HeaderNames.create("Sec-WebSocket-Key");
    private static final HeaderName VERSION = HeaderNames.create("Sec-WebSocket-Version");
    private static final HeaderName PROTOCOL = HeaderNames.create("Sec-WebSocket-Protocol");
    private static final HeaderName EXTENSIONS = HeaderNames.create("Sec-WebSocket-Extensions");
    private static final String CHAT_V1 = "chat.v1";
    private static final String RETRY = "Retry-After: 5\r\n";

    private final ChatServer chat;
    private final Map<String, Protocol> paths;
    private final AllowedOrigins origins;
    private final AllowedHosts hosts;
    private final TrustedProxies proxies;
    private final AddressLimits limits;
    private final WebSocketAdmission admission;
    private final Counters counters;
    /** Null when compression is off. */
    private final Compression compression;

    WebSocketUpgrade(
            ChatServer chat,
            Map<String, Protocol> paths,
            AllowedOrigins origins,
            AllowedHosts hosts,
            TrustedProxies proxies,
            AddressLimits limits,
            WebSocketAdmission admission,
            Counters counters,
            Compression compression) {
        this.chat = chat;
        this.paths = paths;
        this.origins = origins;
        this.hosts = hosts;
        this.proxies = proxies;
        this.limits = limits;
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
        } catch (CloseConnectionException e) {
            throw e;
        } catch (RuntimeException e) {
            LOGGER.log(System.Logger.Level.ERROR, "A WebSocket handshake failed", e);
            throw answer(
                    context, "500 Internal Server Error", "", "The server could not answer this. Please try again.");
        }
    }

    private ServerConnection shakeHands(ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
        Client client = proxies.client(context.remotePeer().address(), headers);
        if (!limits.mayShakeHands(client.address())) {
            counters.connectionsRefused.increment();
            throw answer(context, "429 Too Many Requests", RETRY, "Too many connects from your address, please wait");
        }
        String path = prologue.uriPath().rawPath();
        Protocol protocol = HostAndPathFilter.isPlain(path, prologue.uriPath().path()) ? paths.get(path) : null;
        if (protocol == null) {
            throw answer(context, "404 Not Found", "", "There is no WebSocket on this path");
        }
        check(context, prologue, headers, client);
        if (protocol == Protocol.PLAIN && asksFor(CHAT_V1, headers)) {
            protocol = Protocol.V1;
        }
        String refusal = admission.admit(client);
        if (refusal != null) {
            counters.connectionsRefused.increment();
            throw answer(context, "503 Service Unavailable", RETRY, refusal);
        }
        boolean taken = false;
        Handshake.Agreed agreed = null;
        try {
            agreed = compression == null ? null : Handshake.negotiate(headers.values(EXTENSIONS), compression);
            write(context, switching(headers.get(KEY).get(), protocol, agreed).getBytes(StandardCharsets.US_ASCII));
            byte[] early = early(context.dataReader());
            SocketStream stream = ((HttpConnection) context).detach();
            taken = true;
            Object address = limits.counted(client.address());
            return new HandOver(chat, stream, protocol, early, agreed, address, () -> admission.leave(client));
        } finally {
            if (!taken) {
                admission.leave(client);
                if (agreed != null) {
                    agreed.drop();
                }
            }
        }
    }

    private void check(ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers, Client client) {
        if (!prologue.method().equals(Method.GET)) {
            throw answer(context, "405 Method Not Allowed", "Allow: GET\r\n", "A WebSocket handshake is a GET");
        }
        if (!hasToken(headers.contains(HeaderNames.CONNECTION) ? headers.values(HeaderNames.CONNECTION) : List.of())) {
            throw answer(context, "400 Bad Request", "", "The header Connection must contain Upgrade");
        }
        if (!Handshake.VERSION.equals(single(headers, VERSION))) {
            throw answer(
                    context,
                    "426 Upgrade Required",
                    "Sec-WebSocket-Version: " + Handshake.VERSION + "\r\n",
                    "The WebSocket version must be " + Handshake.VERSION);
        }
        String key = single(headers, KEY);
        if (key == null || !Handshake.isValidKey(key)) {
            throw answer(context, "400 Bad Request", "", "The header Sec-WebSocket-Key must be 16 bytes in base64");
        }
        String host = headers.get(HeaderNames.HOST).get();
        if (!hosts.allow(host)) {
            throw answer(context, "421 Misdirected Request", "", HostAndPathFilter.misdirected(host));
        }
        checkOrigin(context, headers, host, client);
    }

    private void checkOrigin(ConnectionContext context, WritableHeaders<?> headers, String host, Client client) {
        if (!headers.contains(HeaderNames.ORIGIN)) {
            return;
        }
        String origin = single(headers, HeaderNames.ORIGIN);
        if (origin == null) {
            throw answer(context, "403 Forbidden", "", "A page has one origin, and this request names several");
        }
        if (!origins.allow(origin, host, client.secure())) {
            String shown = Responses.shown(origin);
            throw answer(
                    context,
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

    /** Subprotocols are compared exactly (RFC 6455, 4.1). */
    private static boolean asksFor(String subprotocol, WritableHeaders<?> headers) {
        return headers.contains(PROTOCOL)
                && headers.values(PROTOCOL).stream()
                        .flatMap(value -> List.of(value.split(",")).stream())
                        .anyMatch(each -> each.strip().equals(subprotocol));
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
    private static CloseConnectionException answer(
            ConnectionContext context, String status, String headers, String text) {
        write(context, RawResponse.of(status, headers, text));
        return new CloseConnectionException("The WebSocket handshake was refused: " + text);
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
            Object addressKey,
            Runnable onGone)
            implements ServerConnection {
        @Override
        public void handle(Limit limit) {
            chat.open(stream, protocol, early, agreed, addressKey, onGone);
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
