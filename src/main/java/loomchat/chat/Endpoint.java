package loomchat.chat;

/** Makes the connections of one protocol and looks after what they leave behind. */
@FunctionalInterface
public interface Endpoint {
    /** On the client's loop, before the connection's own thread begins. */
    Connection connect(Connection.Opened opened);

    /** The largest message that a client of this protocol may send. */
    default int maxMessageBytes(Limits limits) {
        return limits.maxMessageBytes();
    }

    /**
     * Reaper, once a second: waits for no client.
     *
     * @param comebackStart on the monotonic clock; no client could connect again before it
     */
    default void reap(long comebackStart) {}

    /** Main thread: all connections are closed, and no client will come back. */
    default void close() {}
}
