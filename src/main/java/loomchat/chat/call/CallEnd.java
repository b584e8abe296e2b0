package loomchat.chat.call;

import java.util.Locale;

/** Why somebody does not want a call, or does not any more. Their order is part of what servers tell each other. */
public enum CallEnd {
    ENDED,
    /** There was no connection for the media. */
    FAILED,
    /** Nobody answered the invitation. */
    UNANSWERED,
    DECLINED;

    /** The word in the protocol and in the record. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
