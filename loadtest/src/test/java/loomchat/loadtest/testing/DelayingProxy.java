package loomchat.loadtest.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Passes bytes on, each read later by a fixed time, more or less, in order; in either direction. */
public final class DelayingProxy implements AutoCloseable {
    private record Piece(byte[] bytes, long due) {}

    private final ServerSocket server;
    private final int target;
    private final long delay;
    private final long jitter;

    public DelayingProxy(int target, int delayMillis, int jitterMillis) throws IOException {
        this.target = target;
        this.delay = TimeUnit.MILLISECONDS.toNanos(delayMillis);
        this.jitter = TimeUnit.MILLISECONDS.toNanos(jitterMillis);
        this.server = new ServerSocket(0, 100, InetAddress.getByName("127.0.0.1"));
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket upstream = new Socket("127.0.0.1", target);
                upstream.setTcpNoDelay(true);
                client.setTcpNoDelay(true);
                pass(client, upstream);
                pass(upstream, client);
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void pass(Socket from, Socket to) {
        BlockingQueue<Piece> queue = new LinkedBlockingQueue<>(10_000);
        Random random = new Random(from.getPort());
        Thread.ofVirtual().start(() -> {
            try (InputStream in = from.getInputStream()) {
                byte[] buffer = new byte[65536];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    long due = System.nanoTime() + delay + random.nextLong(-jitter, jitter + 1);
                    queue.put(new Piece(java.util.Arrays.copyOf(buffer, n), due));
                }
            } catch (IOException | InterruptedException e) {
                // Ends with its connection.
            }
            queue.offer(new Piece(null, System.nanoTime() + delay));
        });
        Thread.ofVirtual().start(() -> deliver(queue, to));
    }

    private static void deliver(BlockingQueue<Piece> queue, Socket to) {
        try (OutputStream out = to.getOutputStream()) {
            for (Piece piece = queue.take(); piece.bytes != null; piece = queue.take()) {
                for (long left = piece.due - System.nanoTime(); left > 0; left = piece.due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                out.write(piece.bytes);
            }
        } catch (IOException | InterruptedException e) {
            // Ends with its connection.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
