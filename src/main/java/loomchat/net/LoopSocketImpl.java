package loomchat.net;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketImplFactory;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What {@link ServerSocket} and {@link Socket} are made of in a process that serves: channels polled by a {@link Loop}.
 *
 * <p>It gives an HTTP server that knows only those two classes our door (limits, deadlines, a listener that survives a
 * failed accept), and gives us the connection once the HTTP server is done with it: {@link #detachCurrent} takes it away
 * from its socket, whose close then closes nothing.
 */
final class LoopSocketImpl extends SocketImpl {
    private static final ThreadLocal<LoopSocketImpl> CURRENT = new ThreadLocal<>();

    /** Polls sockets that no door let in: those which this process opens as a client. */
    private static final class Shared {
        static final Loop LOOP = new Loop("loomchat-client-sockets");
    }

    // Listening sockets
    private ServerSocketChannel server;
    private Door door;

    // Connected sockets
    private SocketChannel connecting;
    private volatile SocketStream stream;
    private volatile boolean detached;
    private volatile long lastAnswerNanos = System.nanoTime();
    private volatile int readTimeoutMillis;

    /** Makes every socket of this process of this kind. Once is enough; again does nothing. */
    @SuppressWarnings("deprecation")
    static synchronized void install() throws IOException {
        if (!Installed.done) {
            SocketImplFactory factory = LoopSocketImpl::new;
            ServerSocket.setSocketFactory(factory);
            Socket.setSocketImplFactory(factory);
            Installed.done = true;
        }
    }

    private static final class Installed {
        static boolean done;
    }

    /** Takes the connection that the calling thread read last away from its socket; null when there is none. */
    static SocketStream detachCurrent() {
        LoopSocketImpl current = CURRENT.get();
        if (current == null || current.stream == null) {
            return null;
        }
        CURRENT.remove();
        current.detached = true;
        if (current.door != null) {
            current.door.detached(current);
        }
        return current.stream;
    }

    void adopt(SocketStream accepted, Door letInBy, InetSocketAddress peer) {
        // Made when the listener began to wait for it, perhaps long ago: its time begins now.
        lastAnswerNanos = System.nanoTime();
        stream = accepted;
        door = letInBy;
        address = peer.getAddress();
        port = peer.getPort();
        fd = new FileDescriptor();
    }

    long lastAnswerNanos() {
        return lastAnswerNanos;
    }

    /** Closes the connection under the socket. */
    void end() {
        stream.close();
    }

    @Override
    protected void create(boolean isStream) throws IOException {
        if (!isStream) {
            throw new SocketException("Datagram sockets are not made here");
        }
        fd = new FileDescriptor();
    }

    private SocketChannel connecting() throws IOException {
        if (connecting == null) {
            connecting = SocketChannel.open();
        }
        return connecting;
    }

    private ServerSocketChannel server() throws IOException {
        if (server == null) {
            server = ServerSocketChannel.open();
        }
        return server;
    }

    @Override
    protected void bind(InetAddress host, int wanted) throws IOException {
        // A ServerSocket listens right after it is bound; only then is it known which of the two this is.
        address = host;
        localport = wanted;
        boundTo = new InetSocketAddress(host, wanted);
    }

    private InetSocketAddress boundTo;

    @Override
    protected void listen(int backlog) throws IOException {
        server().bind(boundTo, backlog);
        localport = server.socket().getLocalPort();
    }

    @Override
    protected void accept(SocketImpl newcomer) throws IOException {
        LoopSocketImpl socket = (LoopSocketImpl) newcomer;
        if (door == null) {
            door = new Door(new Loop[] {Shared.LOOP}, Integer.MAX_VALUE, Integer.MAX_VALUE, () -> {});
        }
        door.accept(server, socket);
        socket.localport = localport;
    }

    @Override
    protected void connect(String host, int toPort) throws IOException {
        connect(new InetSocketAddress(host, toPort), 0);
    }

    @Override
    protected void connect(InetAddress host, int toPort) throws IOException {
        connect(new InetSocketAddress(host, toPort), 0);
    }

    @Override
    protected void connect(SocketAddress to, int timeoutMillis) throws IOException {
        InetSocketAddress target = (InetSocketAddress) to;
        if (target.isUnresolved()) {
            throw new java.net.UnknownHostException(target.getHostName());
        }
        SocketChannel channel = connecting();
        if (boundTo != null) {
            channel.bind(boundTo);
        }
        channel.socket().connect(target, timeoutMillis);
        localport = channel.socket().getLocalPort();
        address = target.getAddress();
        port = target.getPort();
        stream = new SocketStream(channel, Shared.LOOP);
    }

    @Override
    protected InputStream getInputStream() {
        return new Input();
    }

    @Override
    protected OutputStream getOutputStream() {
        return new Output();
    }

    @Override
    protected int available() {
        return 0;
    }

    @Override
    protected void close() throws IOException {
        if (server != null) {
            server.close();
        } else if (stream != null) {
            if (!detached) {
                stream.close();
            }
        } else if (connecting != null) {
            connecting.close();
        }
    }

    @Override
    protected void shutdownInput() throws IOException {
        channel().shutdownInput();
    }

    @Override
    protected void shutdownOutput() throws IOException {
        channel().shutdownOutput();
    }

    @Override
    protected boolean supportsUrgentData() {
        return false;
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        throw new SocketException("Urgent data is not supported");
    }

    private SocketChannel channel() throws IOException {
        SocketStream connected = stream;
        return connected != null ? connected.channel() : connecting();
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            CURRENT.set(LoopSocketImpl.this);
            try {
                int timeout = readTimeoutMillis;
                if (timeout > 0 && !stream.awaitReadable(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeout))) {
                    throw new SocketTimeoutException("Read timed out");
                }
                return stream.read(ByteBuffer.wrap(into, offset, length));
            } catch (AsynchronousCloseException e) {
                throw new SocketException("Socket closed");
            } catch (ClosedChannelException e) {
                throw new SocketException("Socket closed");
            }
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            try {
                stream.write(from, offset, length);
                lastAnswerNanos = System.nanoTime();
            } catch (ClosedChannelException e) {
                throw new SocketException("Socket closed");
            }
        }
    }

    @Override
    protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
        if (name == Door.DOOR) {
            door = (Door) value;
        } else if (name == StandardSocketOptions.TCP_NODELAY || stream != null || connecting != null) {
            channel().setOption(name, value);
        } else if (name != StandardSocketOptions.SO_RCVBUF) {
            // A receive buffer of a fixed size (the HTTP server wants 4 KB) would be inherited by every connection and
            // keep
            // the system from growing it: a relayed message of 4 KB then cost five times as much.
            server().setOption(name, value);
        }
    }

    @Override
    protected <T> T getOption(SocketOption<T> name) throws IOException {
        return server != null ? server.getOption(name) : channel().getOption(name);
    }

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return Set.of(
                StandardSocketOptions.TCP_NODELAY,
                StandardSocketOptions.SO_KEEPALIVE,
                StandardSocketOptions.SO_RCVBUF,
                StandardSocketOptions.SO_SNDBUF,
                StandardSocketOptions.SO_REUSEADDR,
                StandardSocketOptions.SO_LINGER);
    }

    @Override
    public void setOption(int option, Object value) throws SocketException {
        try {
            switch (option) {
                case SocketOptions.SO_TIMEOUT -> readTimeoutMillis = (Integer) value;
                case SocketOptions.SO_LINGER ->
                    setOption(StandardSocketOptions.SO_LINGER, value instanceof Integer seconds ? seconds : -1);
                case SocketOptions.TCP_NODELAY -> setOption(StandardSocketOptions.TCP_NODELAY, (Boolean) value);
                case SocketOptions.SO_KEEPALIVE -> setOption(StandardSocketOptions.SO_KEEPALIVE, (Boolean) value);
                case SocketOptions.SO_REUSEADDR -> setOption(StandardSocketOptions.SO_REUSEADDR, (Boolean) value);
                case SocketOptions.SO_RCVBUF -> setOption(StandardSocketOptions.SO_RCVBUF, (Integer) value);
                case SocketOptions.SO_SNDBUF -> setOption(StandardSocketOptions.SO_SNDBUF, (Integer) value);
                default -> {
                    // Traffic class and out-of-band data: hints that nothing here depends on.
                }
            }
        } catch (IOException e) {
            throw new SocketException(e.getMessage());
        }
    }

    @Override
    public Object getOption(int option) throws SocketException {
        try {
            return switch (option) {
                case SocketOptions.SO_TIMEOUT -> readTimeoutMillis;
                case SocketOptions.SO_LINGER -> getOption(StandardSocketOptions.SO_LINGER);
                case SocketOptions.TCP_NODELAY -> getOption(StandardSocketOptions.TCP_NODELAY);
                case SocketOptions.SO_KEEPALIVE -> getOption(StandardSocketOptions.SO_KEEPALIVE);
                case SocketOptions.SO_REUSEADDR -> getOption(StandardSocketOptions.SO_REUSEADDR);
                case SocketOptions.SO_RCVBUF -> getOption(StandardSocketOptions.SO_RCVBUF);
                case SocketOptions.SO_SNDBUF -> getOption(StandardSocketOptions.SO_SNDBUF);
                case SocketOptions.SO_BINDADDR ->
                    server != null
                            ? server.socket().getInetAddress()
                            : channel().socket().getLocalAddress();
                default -> 0;
            };
        } catch (IOException e) {
            throw new SocketException(e.getMessage());
        }
    }
}
