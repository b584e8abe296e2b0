package loomchat.loadtest.verify;

/** Takes the sides of chats whose other side another process played, to be settled when the results are put together. */
public interface OpenSides {
    /** For a process that plays all users: there are none. */
    OpenSides NONE = new OpenSides() {
        @Override
        public void side(ChatSide chat) {
            throw new AssertionError("No other process");
        }

        @Override
        public void strayed(long key, int count) {}

        @Override
        public void silentLeavers(long count) {}
    };

    void side(ChatSide chat);

    /** {@code count} messages of that chat were delivered to somebody else. */
    void strayed(long key, int count);

    /** Sides that left on purpose, never having heard or said anything. */
    void silentLeavers(long count);
}
