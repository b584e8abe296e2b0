package loomchat.chat;

import java.time.Duration;

/**
 * What a client may do, and for how long it may do nothing.
 *
 * @param maxMessageBytes of one message over all fragments
 * @param incompleteMessageBytes of all messages that are not complete or cannot be handed over
 * @param messagesPerSecond and {@code bytesPerSecond}: above, the client is read more slowly
 * @param floodTime how long a client may keep being slowed down before it is closed
 * @param pingInterval without input after which a ping is sent
 * @param pongTimeout without input after that ping
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
