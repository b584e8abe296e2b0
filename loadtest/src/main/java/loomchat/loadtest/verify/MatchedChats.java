package loomchat.loadtest.verify;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The chats of {@code chat.v1} that are on, by the server's run and number: each has two sides, and ends for both. Only
 * the ledger calls it, under its lock. Bounded by the number of users.
 */
final class MatchedChats {
    /** A chat is kept for some seconds for somebody whose connection broke, and a dead server is noticed later. */
    private static final long LONGEST_ALONE = TimeUnit.SECONDS.toNanos(60);

    private record Key(Numbering numbering, long number) {}

    /** One chat, as far as its sides are of this run. */
    static final class Chat {
        private final Key key;
        private int sides;
        private int ended;
        private long endedAt;

        Chat(Key key) {
            this.key = key;
        }
    }

    private final Map<Key, Chat> chats = new HashMap<>();

    /**
     * The server has announced a chat to one side; returns what is wrong with it, or null.
     *
     * @param numbering who has given it that number
     */
    String announced(ChatSide side, Numbering numbering, long number) {
        Chat chat = chats.computeIfAbsent(new Key(numbering, number), Chat::new);
        side.shared = chat;
        return ++chat.sides > 2 ? "a chat with more than two sides" : null;
    }

    /**
     * A side has ended; returns what is wrong with that, or null. The sides come in any order.
     *
     * @param at when it ended
     */
    String ended(ChatSide side, long at) {
        Chat chat = side.shared;
        if (chat == null) {
            return null;
        }
        side.shared = null;
        boolean alone = chat.ended > 0 && Math.abs(at - chat.endedAt) > LONGEST_ALONE;
        chat.endedAt = at;
        if (++chat.ended >= chat.sides) {
            chats.remove(chat.key, chat);
        }
        return alone ? "a chat that went on without its other side" : null;
    }
}
