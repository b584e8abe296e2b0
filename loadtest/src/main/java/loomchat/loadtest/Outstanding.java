package loomchat.loadtest;

import java.util.Map;

/** How many messages are on their way between users that are both still in the chat; an estimate while they send, exact when they rest. */
final class Outstanding {
    private Outstanding() {}

    static long of(Map<Integer, User> users) {
        long outstanding = 0;
        for (User each : users.values()) {
            Chat chat = each.chat();
            if (chat != null && mayHaveAPartner(chat, users)) {
                Flow from = chat.partner;
                outstanding += Math.max(0, chat.sent - chat.sentBeforeMatch);
                outstanding -= from == null ? 0 : chat.corrupted + chat.missed + from.received;
            }
        }
        return outstanding;
    }

    /** False when the partner is known and not in this chat any more. */
    private static boolean mayHaveAPartner(Chat chat, Map<Integer, User> users) {
        Flow from = chat.partner;
        if (from == null) {
            return true;
        }
        User sender = users.get(from.sender);
        Chat theirs = sender == null ? null : sender.chat();
        return theirs != null && theirs.number == from.chat;
    }
}
