package loomchat.loadtest.verify;

/** Takes sides of chats whose other side belongs to another process, to be settled when the results are merged. */
public interface OpenSides {
    /** Of a process that plays all users: there are none. */
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

    /** {@code count} messages of that chat were delivered to another user. */
    void strayed(long key, int count);

    /** So many left on purpose without sending or receiving a message. */
    void silentLeavers(long count);
}
