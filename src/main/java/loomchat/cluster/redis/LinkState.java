package loomchat.cluster.redis;

/** Told by each connection that it can be used, or why it cannot. Any thread; must not block. */
interface LinkState {
    /** @param failure null when the connection can be used */
    void changed(String failure);

    /** The thread of a connection cannot go on. */
    void failed(String thread, Error error);
}
