package loomchat.chat;

/**
 * A visitor without a connection, as its partner is told.
 *
 * @param why a word of docs/protocol.md
 * @param seconds for which its chat is kept, or what is left of them
 * @param moves its server stops or has died, and it goes on at another one
 */
public record Away(String why, int seconds, boolean moves) {}
