package loomchat.chat.v1;

import loomchat.chat.Limits;

/**
 * What a client of {@code chat.v1} may send, in addition to {@link Limits}.
 *
 * @param textBytes of one message's text, in UTF-8
 * @param messagesPerSecond 0 for no limit
 * @param resumeSeconds for which a chat is kept when a connection breaks; 0 ends it at once
 * @param interestSeconds how long a client with interests waits for one who shares them, before anybody will do
 */
public record V1Limits(int textBytes, int messagesPerSecond, int resumeSeconds, int interestSeconds) {
    /** The largest escape of one byte. */
    private static final int ESCAPED_BYTES = 6;

    /** For everything but the text. */
    private static final int AROUND_BYTES = 16 * 1024;

    /** No valid message is larger. */
    int messageBytes(boolean withCalls) {
        int largest = withCalls ? Math.max(textBytes, V1Parser.SIGNAL_BYTES) : textBytes;
        return largest * ESCAPED_BYTES + AROUND_BYTES;
    }
}
