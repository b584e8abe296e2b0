package loomchat.web;

import loomchat.chat.visitor.Visitor;
import loomchat.chat.visitor.Visitors;
import loomchat.identity.AuthMode;
import loomchat.identity.Authenticator;
import loomchat.identity.InvalidToken;
import loomchat.identity.VerifiedToken;
import loomchat.web.access.AddressLimits;
import loomchat.web.access.TrustedProxies.Client;

/**
 * Finds out who shakes hands: a visitor with a token, or a guest where guests are welcome. On the HTTP connection's
 * thread, which is a loop's: nothing here waits.
 */
final class VisitorGate {
    private static final String BEARER = "WWW-Authenticate: Bearer\r\n";

    private final AuthMode mode;
    private final Authenticator authenticator;
    private final Visitors visitors;
    private final AddressLimits limits;

    VisitorGate(AuthMode mode, Authenticator authenticator, Visitors visitors, AddressLimits limits) {
        this.mode = mode;
        this.authenticator = authenticator;
        this.visitors = visitors;
        this.limits = limits;
    }

    /** The visitor, to be {@link Visitors#leave left}. */
    Visitor admit(HandshakeOffer offer, Client client) throws HandshakeRefused {
        VerifiedToken token = mode == AuthMode.OFF ? null : verified(offer);
        Visitor visitor = visitors.admit(client.address(), limits.counted(client.address()), token);
        if (visitor == null) {
            throw new HandshakeRefused("429 Too Many Requests", "Retry-After: 5\r\n", "You have too many connections");
        }
        return visitor;
    }

    /** Null for a guest. */
    private VerifiedToken verified(HandshakeOffer offer) throws HandshakeRefused {
        if (offer.isAmbiguous()) {
            throw new HandshakeRefused(
                    "400 Bad Request", "", "A handshake has one token and one proof of work at most");
        }
        if (offer.token() == null) {
            if (mode == AuthMode.REQUIRED) {
                throw new HandshakeRefused("401 Unauthorized", BEARER, "A token is needed: POST /session gives one");
            }
            return null;
        }
        try {
            return authenticator.verify(offer.token());
        } catch (InvalidToken e) {
            throw new HandshakeRefused("401 Unauthorized", BEARER, e.getMessage());
        }
    }
}
