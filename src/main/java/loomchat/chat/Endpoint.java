package loomchat.chat;

/** The server of one protocol: makes its connections, and does its periodic work. */
@FunctionalInterface
public interface Endpoint {
    /** Makes a connection; its thread has not started yet. */
    Connection connect(Connection.Opened opened);

    /** The largest message that a client of this protocol may send. */
    default int maxMessageBytes(Limits limits) {
        return limits.maxMessageBytes();
    }

    /**
     * Called by the reaper once a second; must not block on a client.
     *
     * @param comebackStart on the monotonic clock: before this time no client could reconnect
     */
    default void reap(long comebackStart) {}

    /** How many visitors are away whose chat is kept. Any thread. */
    default int away() {
        return 0;
    }

    /** Called by the main thread when all connections have ended and no client can come back. */
    default void close() {}
}
