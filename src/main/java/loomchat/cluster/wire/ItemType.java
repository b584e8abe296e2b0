package loomchat.cluster.wire;

import java.util.List;

/** What one server says to another. Their order is part of the form: new ones come last. */
public enum ItemType {
    /** A server to itself: its subscription works. */
    BEAT,
    // Matchmaking
    OFFER,
    ACCEPT,
    REFUSE,
    CONFIRM,
    CANCEL,
    /** Somebody was found and is not needed: look for a partner again. */
    FREE,
    // A chat
    HELLO,
    DATA,
    ACK,
    TYPING,
    END,
    ENDED,
    /** That chat is not here, or another server has the seat. */
    GONE,
    REPORTED,
    // A visitor that comes back at another server
    TAKE,
    TAKEN,
    NOT_TAKEN,
    // Visitors
    FAMILY_ENDED,
    BANNED,
    UNBANNED,
    BLOCKED,
    /** To all: who has the partner of the visitor with this key, whose server is dead? */
    TAKE_FROM_PARTNER,
    /** The visitor of that chat has gone on at another server. */
    MOVED,
    /** For the page of the visitor there, from that of the visitor here. */
    SIGNAL,
    /** To all: an operator has signed out. */
    SIGNED_OUT;

    static final List<ItemType> ALL = List.of(values());
}
