package loomchat.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A client's TLS connection, on the JDK's own blocking sockets. Threads as in {@link ByteStream}; a waiting reader
 * holds one byte that it read ahead.
 */
public final class TlsStream implements ByteStream {
    private final SSLSocket socket;
    private final InputStream input;

    // Reading thread only
    private int readAhead = -1;
    private boolean ended;

    private volatile long writeBlockedSince;

    private TlsStream(SSLSocket socket) throws IOException {
        this.socket = socket;
        this.input = socket.getInputStream();
    }

    /**
     * Connects and shakes hands.
     *
     * @param host checked against the server's certificate
     * @param from the local address, or null
     * @param context null for the platform's; the host name is checked unless its (extended) trust manager checks
     *     nothing
     */
    public static TlsStream connect(
            InetSocketAddress to, String host, InetAddress from, SSLContext context, int timeoutMillis)
            throws IOException {
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            if (from != null) {
                plain.bind(new InetSocketAddress(from, 0));
            }
            plain.connect(to, timeoutMillis);
            SSLContext used = context != null ? context : SSLContext.getDefault();
            SSLSocket socket = (SSLSocket) used.getSocketFactory().createSocket(plain, host, to.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(timeoutMillis);
            socket.startHandshake();
            return new TlsStream(socket);
        } catch (NoSuchAlgorithmException e) {
            plain.close();
            throw new IOException("This Java platform has no TLS", e);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    @Override
    public boolean awaitReadable(long deadlineNanos) throws IOException {
        if (readAhead >= 0 || ended) {
            return true;
        }
        long left = deadlineNanos == NO_DEADLINE ? 0 : deadlineNanos - System.nanoTime();
        if (left < 0) {
            return false;
        }
        socket.setSoTimeout(deadlineNanos == NO_DEADLINE ? 0 : (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
        try {
            readAhead = input.read();
            ended = readAhead < 0;
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        awaitReadable(NO_DEADLINE);
        if (ended) {
            return -1;
        }
        into.put((byte) readAhead);
        readAhead = -1;
        int more = Math.min(into.remaining(), input.available());
        if (more <= 0) {
            return 1;
        }
        int count = input.read(into.array(), into.arrayOffset() + into.position(), more);
        into.position(into.position() + Math.max(0, count));
        return 1 + Math.max(0, count);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        writeBlockedSince = Math.max(1, System.nanoTime());
        try {
            socket.getOutputStream().write(from, offset, length);
        } finally {
            writeBlockedSince = 0;
        }
    }

    @Override
    public int writeNow(byte[] from, int offset, int length) throws IOException {
        write(from, offset, length);
        return length;
    }

    @Override
    public long writeBlockedSince() {
        return writeBlockedSince;
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing more can be done for the socket.
        }
    }

    @Override
    public void abort() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Closed already.
        }
        close();
    }
}
