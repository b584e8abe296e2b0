package loomchat.loadtest.client;

import loomchat.loadtest.verify.ChatSide;

/**
 * A side of a chat with what {@code chat.v1} needs beside that. Written by the user's thread, except
 * {@link #confirmed}.
 */
final class V1ChatSide extends ChatSide {
    /** The server's number of this chat. Written once, before the match. */
    long serverNumber;
    /** The id of the partner's last message, and the last of them that the sender has confirmed. */
    volatile int heard;

    volatile int confirmed;
    /** How many of this user's messages the server has. */
    volatile int taken;
    /** When the server last refused a message, 0: never. */
    volatile long refusedAt;

    V1ChatSide(int user, int number) {
        super(user, number);
    }
}
