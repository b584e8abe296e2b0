package loomchat.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import loomchat.testing.RawClient;

/** Handshakes one after the other on some threads, each on a connection of its own that is reset behind its answer. */
final class TokenFlood {
    static final int THREADS = 16;
    private static final int ADDRESSES = 200;

    private TokenFlood() {}

    /** Offers {@code arguments[1]} to the port {@code arguments[0]} until its input ends; prints how often. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        AtomicBoolean over = new AtomicBoolean();
        LongAdder refused = new LongAdder();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < THREADS; i++) {
                int first = i;
                threads.submit(() -> {
                    for (int number = first; !over.get(); number += THREADS) {
                        connect(port, number, arguments[1], 401);
                        refused.increment();
                    }
                    return null;
                });
            }
            System.in.read();
            System.out.println(refused.sum());
            over.set(true);
        }
    }

    /**
     * Reads the first packet alone, which begins with the status. From many addresses, because each has 28,000 ports
     * for all rounds.
     */
    static void connect(int port, int number, String offer, int status) throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            channel.bind(new InetSocketAddress("127.0.1." + (1 + number % ADDRESSES), 0));
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.connect(new InetSocketAddress("127.0.0.1", port));
            channel.write(ByteBuffer.wrap(RawClient.request("/ws", offer).getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(4096);
            channel.read(answer);
            if (!new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII)
                    .startsWith("HTTP/1.1 " + status)) {
                throw new IOException("Not " + status);
            }
        }
    }
}
