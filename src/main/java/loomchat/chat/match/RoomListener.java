package loomchat.chat.match;

/** Learns who waits in the room. Called under the matchmaker's lock: must not block, and must not call it. */
public interface RoomListener<S> {
    /** {@code seeker} waits, and can be paired; again when {@code open} has become true. */
    void waits(S seeker, boolean open);

    /** {@code seeker} waits no more. */
    void left(S seeker);

    /** Where nobody else looks for partners. */
    static <S> RoomListener<S> none() {
        return new RoomListener<>() {
            @Override
            public void waits(S seeker, boolean open) {}

            @Override
            public void left(S seeker) {}
        };
    }
}
