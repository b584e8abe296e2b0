package loomchat.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Two ends of one TCP connection: a stream on a loop, and a blocking channel as its peer. */
record SocketPair(SocketStream stream, SocketChannel peer) implements AutoCloseable {
    static SocketPair on(Loop loop) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.setOption(StandardSocketOptions.SO_RCVBUF, 16 * 1024);
            listener.bind(new InetSocketAddress("127.0.0.1", 0));
            SocketChannel peer = SocketChannel.open(listener.getLocalAddress());
            return new SocketPair(new SocketStream(listener.accept(), loop), peer);
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
        peer.close();
    }
}
