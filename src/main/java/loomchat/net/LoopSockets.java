package loomchat.net;

import java.io.IOException;

/** The two things that a server does with sockets of ours, beside what {@link java.net.Socket} offers. */
public final class LoopSockets {
    private LoopSockets() {}

    /** From now on sockets of this process are polled by loops, and a server socket can be given a {@link Door}. */
    public static void install() throws IOException {
        LoopSocketImpl.install();
    }

    /**
     * Takes the connection that the calling thread read last from its socket: the socket may be closed, the connection
     * lives on. Null when the thread has read none.
     */
    public static SocketStream detach() {
        return LoopSocketImpl.detachCurrent();
    }
}
