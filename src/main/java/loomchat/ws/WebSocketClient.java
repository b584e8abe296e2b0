package loomchat.ws;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import loomchat.net.ByteStream;
import loomchat.net.SocketStream;
import loomchat.net.TlsStream;

/**
 * A client's end of a connection. One thread receives, and calls {@link #close} and {@link #abort}; any thread may
 * send.
 */
public final class WebSocketClient implements AutoCloseable {
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final WebSocket socket;
    private final String subprotocol;
    private boolean ended;

    WebSocketClient(WebSocket socket, String subprotocol) {
        this.socket = socket;
        this.subprotocol = subprotocol;
    }

    /**
     * Connects and shakes hands.
     *
     * @throws HandshakeRefused the server refused the handshake
     * @throws IOException there was no connection, or it broke
     */
    public static WebSocketClient connect(ClientOptions options) throws IOException {
        long deadline = System.nanoTime() + options.connectTimeout().toNanos();
        ByteStream stream = open(options);
        try {
            return ClientHandshake.perform(stream, options, deadline);
        } catch (IOException | RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    private static ByteStream open(ClientOptions options) throws IOException {
        URI uri = options.uri();
        boolean secure = "wss".equalsIgnoreCase(uri.getScheme());
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        InetSocketAddress address = new InetSocketAddress(unbracketed(uri.getHost()), port);
        if (address.isUnresolved()) {
            throw new UnknownHostException(uri.getHost());
        }
        int timeoutMillis = (int) options.connectTimeout().toMillis();
        if (secure) {
            return TlsStream.connect(address, uri.getHost(), options.localAddress(), options.tls(), timeoutMillis);
        }
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (options.localAddress() != null) {
                channel.bind(new InetSocketAddress(options.localAddress(), 0));
            }
            channel.socket().connect(address, timeoutMillis);
            return new SocketStream(channel, options.loop());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** The subprotocol that the server chose, or null. */
    public String subprotocol() {
        return subprotocol;
    }

    /**
     * Waits for input or the deadline (on the clock of {@link System#nanoTime}) and delivers every message that is
     * complete. Receiving thread only.
     */
    public ReceiveResult receive(MessageHandler handler, long deadlineNanos) throws IOException {
        return socket.receive(handler, deadlineNanos);
    }

    public void sendText(byte[] utf8, int offset, int length) throws IOException {
        socket.sendText(utf8, offset, length);
    }

    public void sendBinary(byte[] bytes, int offset, int length) throws IOException {
        socket.sendBinary(bytes, offset, length);
    }

    public void ping(byte[] payload) throws IOException {
        socket.ping(payload);
    }

    /** Sends a close frame and does not wait, from any thread: the receiving thread gets the server's answer. */
    public void beginClose(int code, String reason) {
        socket.close(code, reason);
    }

    /** Closes in order: sends a close frame and waits for the server's, for two seconds at most. */
    public void close(int code, String reason) {
        if (ended) {
            return;
        }
        ended = true;
        socket.close(code, reason);
        long deadline = System.nanoTime() + CLOSE_NANOS;
        try {
            ReceiveResult received = ReceiveResult.MESSAGES;
            while (received == ReceiveResult.MESSAGES) {
                received = socket.receive(IGNORING, deadline);
            }
        } catch (IOException e) {
            // The server ended the connection without a close frame.
        }
        socket.finish();
    }

    private static final MessageHandler IGNORING = new MessageHandler() {
        @Override
        public void onText(byte[] buffer, int offset, int length) {}

        @Override
        public void onBinary(byte[] buffer, int offset, int length) {}
    };

    @Override
    public void close() {
        close(CloseCode.NORMAL, "");
    }

    /** Ends with a reset instead of a close frame. */
    public void abort() {
        ended = true;
        socket.abort();
        socket.finish();
    }

    public long bytesIn() {
        return socket.bytesIn();
    }

    public long bytesOut() {
        return socket.bytesOut();
    }

    /** The code of the server's close frame, or 1006 while there is none. */
    public int closeCode() {
        return socket.closeCode();
    }
}
