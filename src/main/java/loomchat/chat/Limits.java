package loomchat.chat;

import java.time.Duration;

/**
 * What a client may send, and for how long it may be silent.
 *
 * @param maxMessageBytes of one message over all fragments
 * @param incompleteMessageBytes of all clients' messages together that are incomplete or wait for their receiver
 * @param messagesPerSecond and {@code bytesPerSecond}: the server reads a faster client more slowly
 * @param floodTime how long a client may exceed them before it is closed
 * @param pingInterval a ping is sent after so long without input
 * @param pongTimeout the connection is aborted after so long without input behind that ping
 * @param messageTimeout from the first to the last byte of a message
 * @param sendTimeout for a send that waits for the client to read
 */
public record Limits(
        int maxMessageBytes,
        long incompleteMessageBytes,
        long messagesPerSecond,
        long bytesPerSecond,
        Duration floodTime,
        Duration pingInterval,
        Duration pongTimeout,
        Duration messageTimeout,
        Duration sendTimeout) {}
