package loomchat.chat.v1;

import java.util.List;

/** What a client of {@code chat.v1} can say; see docs/protocol.md. A {@code chat} of 0 means that none was named. */
sealed interface V1Message {
    /** Says {@code text}, a JSON string's inside, escaped; {@code bytes} is its size in UTF-8 without escapes. */
    record Say(long chat, long id, byte[] text, int bytes) implements V1Message {}

    /** Takes a broken connection's chat over; {@code id} is the last message that arrived there, 0 for none. */
    record Resume(String secret, long id) implements V1Message {}

    /** What is done for the session alone. */
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
