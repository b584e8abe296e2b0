package loomchat.ws;

import java.io.IOException;

/** Receives a connection's messages, on its reading thread. Buffers are valid during the call only. */
public interface MessageHandler {
    /** A whole text message, valid UTF-8, all fragments joined. */
    void onText(byte[] buffer, int offset, int length) throws IOException;

    /** A whole binary message, all fragments joined. */
    void onBinary(byte[] buffer, int offset, int length) throws IOException;

    /** A ping; the connection has answered it already, unless its options say not to. */
    default void onPing(byte[] buffer, int offset, int length) throws IOException {}

    /** A pong, expected or not. */
    default void onPong(byte[] buffer, int offset, int length) throws IOException {}

    /** The peer's close frame: 1005 when it had no code. Nothing is delivered after it. */
    default void onClose(int code, String reason) throws IOException {}

    /** All input that arrived together has been delivered: the moment to send the replies to it. */
    default void onBatchEnd() throws IOException {}
}
