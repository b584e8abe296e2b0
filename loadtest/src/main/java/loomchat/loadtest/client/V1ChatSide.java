package loomchat.loadtest.client;

import loomchat.loadtest.verify.ChatSide;

/**
 * A side of a chat with what {@code chat.v1} needs beside that. Written by the user's thread, except
 * {@link #confirmed}.
 */
final class V1ChatSide extends ChatSide {
    /** The server's number of this chat. Written once, before the match. */
    long serverNumber;
    /** The run of the server that was the last to have it. The user's thread only. */
    String run = "";
    /** Up to which id the server said that messages of the partner are lost. The user's thread only. */
    int missedUpTo;
    /** The id of the partner's last message, and the last of them that the sender has confirmed. */
    volatile int heard;

    volatile int confirmed;
    /** How many of this user's messages the server has: less than before, after a resume on another server. */
    volatile int taken;
    /** When this user asked for the next partner instead, 0: not yet. Written by the sender, before it says so. */
    volatile long nextAskedAt;
    /** When the server last refused a message, 0: never. */
    volatile long refusedAt;
    /** The server has refused messages and closed the connection because there were more. The user's thread only. */
    boolean closedAsTooFast;
    /** The server has refused messages of this chat because there were too many. The user's thread only. */
    boolean wasTooFast;

    /** What this user said and can say again. */
    final KeptMessages kept = new KeptMessages();

    V1ChatSide(int user, int number) {
        super(user, number);
    }

    @Override
    protected int notTaken() {
        return refusedAt != 0 || closedAsTooFast ? Math.max(0, sent() - taken) : 0;
    }
}
