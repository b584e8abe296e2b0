package loomchat.chat.v1;

import loomchat.chat.Limits;

/**
 * What a client of {@code chat.v1} may do, beside {@link Limits}.
 *
 * @param textBytes of one message's text, in UTF-8
 * @param messagesPerSecond 0 for no limit
 * @param resumeSeconds for which a chat is kept when a connection breaks; 0 ends it at once
 * @param interestSeconds for which somebody who shares an interest is preferred
 */
public record V1Limits(int textBytes, int messagesPerSecond, int resumeSeconds, int interestSeconds) {
    /** A byte of text takes six where it is escaped; around the text there is little. */
    private static final int ESCAPED_BYTES = 6;

    private static final int AROUND_BYTES = 16 * 1024;

    /** The largest message that there is a reason for. */
    int messageBytes() {
        return textBytes * ESCAPED_BYTES + AROUND_BYTES;
    }
}
