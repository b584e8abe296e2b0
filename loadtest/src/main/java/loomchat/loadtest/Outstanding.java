package loomchat.loadtest;

import java.util.Map;

/** How many messages are on their way between users that are both still in the chat; an estimate while they send, exact when they rest. */
final class Outstanding {
    private Outstanding() {}

    static long of(Map<Integer, User> users) {
        long outstanding = 0;
        for (User each : users.values()) {
            Chat chat = each.chat();
            if (chat != null) {
                outstanding += Math.max(0, chat.sent - chat.sentBeforeMatch);
                outstanding -= heard(chat, users);
            }
        }
        return outstanding;
    }

    /** What the chat has received from a partner that is still there. */
    private static long heard(Chat chat, Map<Integer, User> users) {
        Flow from = chat.partner;
        User sender = from == null ? null : users.get(from.sender);
        Chat theirs = sender == null ? null : sender.chat();
        return theirs != null && theirs.number == from.chat ? chat.corrupted + from.received : 0;
    }
}
