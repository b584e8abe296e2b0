package loomchat.chat.v1;

import loomchat.chat.ChatContext;
import loomchat.chat.PairLifecycle;

/** What all connections and sessions of {@code chat.v1} share. */
record V1Context(ChatContext chat, V1Limits limits, SessionRegistry sessions, PairLifecycle pairs) {}
