package loomchat.web.helidon;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.FixedLimit;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.ServerConnectionException;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import loomchat.net.ByteStream;
import loomchat.net.ObjectPool;
import loomchat.net.SocketStream;

/**
 * One connection on which Helidon reads HTTP/1.1 requests. {@link #run} is its virtual thread on its loop, which reads
 * until the connection ends or a handshake takes the stream away ({@link #detach}). Other threads read how long it has
 * waited, and close it.
 */
public final class HttpConnection implements ConnectionContext, Runnable {
    private static final System.Logger LOGGER = System.getLogger("loomchat");
    private static final int READ_BYTES = 16 * 1024;
    private static final ObjectPool<ByteBuffer> READ_BUFFERS =
            new ObjectPool<>(16, () -> ByteBuffer.allocate(READ_BYTES), dropped -> {});
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final HttpServer server;
    private final SocketStream stream;
    private final InetSocketAddress peer;
    private final DataReader reader = DataReader.create(this::pull);
    private final DataWriter writer = new Writer();

    // Own thread only
    private ChunkedBodyCheck chunks;
    private boolean damaged;
    private boolean detached;
    private boolean ended;

    // Written by the own thread
    private volatile long lastAnswerNanos = System.nanoTime();
    private volatile boolean waiting = true;

    HttpConnection(HttpServer server, SocketStream stream, InetSocketAddress peer) {
        this.server = server;
        this.stream = stream;
        this.peer = peer;
    }

    SocketStream stream() {
        return stream;
    }

    InetSocketAddress peer() {
        return peer;
    }

    /** When the last response was sent, or the connection accepted, on the clock of {@link System#nanoTime}. */
    long lastAnswerNanos() {
        return lastAnswerNanos;
    }

    /** Whether it waits for the client to send more of a request, or a first one. */
    boolean isWaiting() {
        return waiting;
    }

    /** Takes the stream away from HTTP and gives it to the caller. Own thread, within an upgrade. */
    public SocketStream detach() {
        detached = true;
        server.detached(this);
        return stream;
    }

    /** The request whose head was just read has a chunked body: checks it as it arrives. */
    void expectChunks() {
        chunks = new ChunkedBodyCheck();
        int have = reader.available();
        if (have > 0) {
            chunks = chunks.check(reader.getBuffer(have).readBytes());
        }
    }

    @Override
    public void run() {
        try {
            server.selector().connection(this).handle(FixedLimit.create());
        } catch (CloseConnectionException e) {
            // The usual end: the client went away, or asked for the end.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOGGER.log(System.Logger.Level.ERROR, "An HTTP connection ended by a fault of the server", e);
        } finally {
            if (!detached) {
                end();
            }
        }
    }

    /** Unread input would cause a reset, which must not overtake the last response. */
    private void end() {
        try {
            if (!ended) {
                stream.linger(System.nanoTime() + LINGER_NANOS);
            }
        } catch (IOException e) {
            // Gone already.
        } finally {
            stream.close();
        }
    }

    /** The next input. The end of the stream, or damaged chunks, end the connection. */
    private byte[] pull() {
        waiting = true;
        try {
            if (!ended && !damaged) {
                stream.awaitReadable(ByteStream.NO_DEADLINE);
                waiting = false;
                byte[] bytes = read();
                checkChunks(bytes);
                return bytes;
            }
        } catch (IOException e) {
            ended = true;
        }
        throw new CloseConnectionException("The client has closed the connection, or broken its rules");
    }

    private byte[] read() throws IOException {
        ByteBuffer buffer = READ_BUFFERS.take().clear();
        try {
            int count = stream.read(buffer);
            if (count < 0) {
                throw new EOFException();
            }
            return Arrays.copyOf(buffer.array(), count);
        } finally {
            READ_BUFFERS.giveBack(buffer);
        }
    }

    private void checkChunks(byte[] bytes) {
        if (chunks != null) {
            damaged = true;
            chunks = chunks.check(bytes);
            damaged = false;
        }
    }

    /** Writes at once, waiting for room. */
    private final class Writer implements DataWriter {
        @Override
        public void write(BufferData... buffers) {
            for (BufferData each : buffers) {
                write(each);
            }
        }

        @Override
        public void write(BufferData buffer) {
            byte[] bytes = buffer.readBytes();
            try {
                stream.write(bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ServerConnectionException("The client is gone", e);
            }
            lastAnswerNanos = System.nanoTime();
        }

        @Override
        public void writeNow(BufferData... buffers) {
            write(buffers);
        }

        @Override
        public void writeNow(BufferData buffer) {
            write(buffer);
        }
    }

    // For Helidon

    private record Peer(
            InetSocketAddress address,
            String host,
            int port,
            Optional<Principal> tlsPrincipal,
            Optional<Certificate[]> tlsCertificates)
            implements PeerInfo {
        static Peer of(InetSocketAddress address) {
            return new Peer(address, address.getHostString(), address.getPort(), Optional.empty(), Optional.empty());
        }
    }

    @Override
    public PeerInfo remotePeer() {
        return Peer.of(peer);
    }

    @Override
    public PeerInfo localPeer() {
        return Peer.of(server.address());
    }

    @Override
    public DataReader dataReader() {
        return reader;
    }

    @Override
    public DataWriter dataWriter() {
        return writer;
    }

    @Override
    public ListenerContext listenerContext() {
        return server.context();
    }

    @Override
    public ExecutorService executor() {
        return server.context().executor();
    }

    @Override
    public Router router() {
        return server.router();
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public String socketId() {
        return "http";
    }

    @Override
    public String childSocketId() {
        return Integer.toHexString(System.identityHashCode(this));
    }
}
