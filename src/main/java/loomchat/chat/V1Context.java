package loomchat.chat;

/** What all connections and sessions of {@code chat.v1} share. */
record V1Context(ChatContext chat, RichLimits limits, RichSeats sessions, Meeting pairs) {}
