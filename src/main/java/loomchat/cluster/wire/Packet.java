package loomchat.cluster.wire;

/** One item for one server. */
public record Packet(long node, byte[] bytes) {
    /** No server has this number: such a packet goes to every one, its sender included. */
    public static final long TO_ALL = 0;

    /** A packet that is made when it is sent. Thread of the publisher: must not block. */
    public interface Later {
        /** The packet as it is now, or null if there is nothing to say any more. */
        Packet packet();
    }
}
