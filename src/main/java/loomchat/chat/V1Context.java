package loomchat.chat;

/** What all connections and sessions of {@code chat.v1} share. */
record V1Context(ChatContext chat, V1Limits limits, SessionRegistry sessions, PairLifecycle pairs) {}
