package loomchat.chat.visitor;

import java.util.Set;

/** The durable memory of who has blocked whom, by the numbers of identities. Any thread; must not wait for a disk. */
public interface Blocks {
    /** Where nobody is known, nothing is remembered. */
    Blocks NONE = new Blocks() {
        @Override
        public Set<Long> blockedBy(long identity) {
            return Set.of();
        }

        @Override
        public void add(long identity, long blocked) {}
    };

    Set<Long> blockedBy(long identity);

    /** Asks the other servers of a crowd, whose answer goes to {@link Visitors#blockedElsewhere}. */
    default void lookUp(long identity) {}

    void add(long identity, long blocked);
}
