package loomchat.chat.v1;

import loomchat.chat.ChatContext;
import loomchat.chat.PairLifecycle;
import loomchat.chat.call.CallOptions;

/** What all connections and sessions of {@code chat.v1} share. */
record V1Context(ChatContext chat, V1Limits limits, CallOptions calls, SessionRegistry sessions, PairLifecycle pairs) {}
