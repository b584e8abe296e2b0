package loomchat.chat.v1;

import java.util.List;
import loomchat.chat.Elsewhere;
import loomchat.chat.call.CallEnd;
import loomchat.chat.call.CallKinds;
import loomchat.chat.call.CallStats;

/**
 * A message of a {@code chat.v1} client; see docs/protocol.md. A {@code chat} of 0 means that the client named none.
 */
sealed interface V1Message {
    /**
     * A chat message. {@code text} is escaped for a JSON string; {@code bytes} is its size in UTF-8 without escapes.
     */
    record Chat(long chat, long id, byte[] text, int bytes) implements V1Message {}

    /**
     * Takes over the chat of a broken connection.
     */
    record Resume(Elsewhere.Wanted wanted) implements V1Message {}

    /** A fresh token for this connection. */
    record Auth(String token) implements V1Message {}

    /** Whether anybody hears. */
    record Ping() implements V1Message {}

    /** Every message about a call; {@link V1Calls} handles them. */
    sealed interface CallRequest extends V1Message {
        long chat();
    }

    /** Wants a call; {@code call} is the number of one that servers have forgotten, or 0. */
    record Invite(long chat, long call, CallKinds kinds) implements CallRequest {}

    record Accept(long chat, long call, CallKinds kinds) implements CallRequest {}

    /** Does not want a call, or not any more. */
    record Refuse(long chat, long call, CallEnd why) implements CallRequest {}

    /** For the partner's page; {@code data} is escaped for a JSON string. */
    record Signal(long chat, long call, long id, byte[] data) implements CallRequest {}

    /** Asks for the servers with whose help browsers find each other. */
    record Ice(long chat, long call) implements CallRequest {}

    record Stats(long chat, long call, CallStats stats) implements CallRequest {}

    /** Every message that {@link V1Requests} handles. */
    sealed interface Request extends V1Message {}

    /** Asks for a partner. */
    record Find(List<String> interests) implements Request {}

    record Typing(long chat, boolean on) implements Request {}

    /** Ends the chat and asks for another partner. */
    record Next(long chat) implements Request {}

    /** Ends the chat, or the search when {@code chat} is 0. */
    record Leave(long chat) implements Request {}

    record Report(long chat, String reason) implements Request {}

    /** Ends the chat; these two are never paired again. */
    record Block(long chat) implements Request {}

    /** Everything of the partner up to {@code id} has arrived. */
    record Got(long chat, long id) implements Request {}
}
