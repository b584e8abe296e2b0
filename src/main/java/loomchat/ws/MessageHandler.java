package loomchat.ws;

import java.io.IOException;

/**
 * What a connection delivers, on the thread that reads it. Buffers belong to the reader and are valid during the call only.
 */
public interface MessageHandler {
    /** A whole text message, valid UTF-8, all fragments joined. */
    void onText(byte[] buffer, int offset, int length) throws IOException;

    /** A whole binary message, all fragments joined. */
    void onBinary(byte[] buffer, int offset, int length) throws IOException;

    /** A ping; the connection has answered it already unless it was told not to. */
    default void onPing(byte[] buffer, int offset, int length) throws IOException {}

    /** A pong, asked for or not. */
    default void onPong(byte[] buffer, int offset, int length) throws IOException {}

    /** The peer's close frame: 1005 when it had no code. Nothing is delivered after it. */
    default void onClose(int code, String reason) throws IOException {}

    /** Everything that arrived together has been delivered: the moment to send what it led to. */
    default void onBatchEnd() throws IOException {}
}
