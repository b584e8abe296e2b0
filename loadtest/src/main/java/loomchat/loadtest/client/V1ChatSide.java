package loomchat.loadtest.client;

import loomchat.loadtest.verify.ChatSide;

/** What a user who speaks {@code chat.v1} keeps of a chat beside that. Written by the receiver's thread, but for {@link #confirmed}. */
final class V1ChatSide extends ChatSide {
    /** The server's number of this chat. Written once, before the match. */
    long serverNumber;
    /** The id of the partner's last message, and the last of them that the sender has confirmed. */
    volatile int heard;

    volatile int confirmed;
    /** How many of this user's messages the server has. */
    volatile int taken;
    /** When the server last did not take a message, 0: it took all. */
    volatile long refusedAt;

    V1ChatSide(int user, int number) {
        super(user, number);
    }
}
