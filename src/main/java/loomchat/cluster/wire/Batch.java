package loomchat.cluster.wire;

import java.util.function.Consumer;

/** All items that go to one server with one message. */
public final class Batch {
    private static final int VERSION = 1;

    private final WireWriter out = new WireWriter(512);

    /** @param from the number of the server that sends it */
    public Batch(long from) {
        out.number(VERSION).number(from);
    }

    public void add(byte[] item) {
        out.bytes(item);
    }

    public byte[] bytes() {
        return out.toBytes();
    }

    /** Gets each item of a message. */
    public interface Items {
        void item(long from, WireReader item);
    }

    /** Passes the items of one message on; those behind a damaged place are lost, as if they had never come. */
    public static void read(byte[] message, Items to, Consumer<RuntimeException> damaged) {
        try {
            WireReader reader = new WireReader(message);
            if (reader.number() != VERSION) {
                throw new WireReader.Damaged();
            }
            long from = reader.number();
            while (reader.hasMore()) {
                to.item(from, reader.piece());
            }
        } catch (WireReader.Damaged e) {
            damaged.accept(e);
        }
    }
}
