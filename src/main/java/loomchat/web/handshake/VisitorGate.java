package loomchat.web.handshake;

import loomchat.chat.visitor.Visitor;
import loomchat.chat.visitor.Visitors;
import loomchat.identity.AuthMode;
import loomchat.identity.Authenticator;
import loomchat.identity.InvalidToken;
import loomchat.identity.VerifiedToken;
import loomchat.identity.bans.Ban;
import loomchat.identity.bans.BanList;
import loomchat.identity.work.GuestWork;
import loomchat.web.access.AddressLimits;
import loomchat.web.access.TrustedProxies.Client;

/**
 * Finds out who shakes hands: a visitor with a token, or a guest where guests are welcome. On the HTTP connection's
 * thread, which is a loop's: nothing here waits.
 */
public final class VisitorGate {
    private static final String BEARER = "WWW-Authenticate: Bearer\r\n";

    private final AuthMode mode;
    private final Authenticator authenticator;
    private final Visitors visitors;
    private final BanList bans;
    private final GuestWork guestWork;
    private final AddressLimits limits;

    public VisitorGate(
            AuthMode mode,
            Authenticator authenticator,
            Visitors visitors,
            BanList bans,
            GuestWork guestWork,
            AddressLimits limits) {
        this.mode = mode;
        this.authenticator = authenticator;
        this.visitors = visitors;
        this.bans = bans;
        this.guestWork = guestWork;
        this.limits = limits;
    }

    /** The visitor is banned. A page cannot read the answer to a handshake: tell it by a close code. */
    static final class Banned extends Exception {
        Banned(Ban ban) {
            super(ban.closeText(), null, false, false);
        }
    }

    /** The visitor, to be {@link Visitors#leave left}. */
    Visitor admit(HandshakeOffer offer, Client client) throws HandshakeRefused, Banned {
        VerifiedToken token = mode == AuthMode.OFF ? null : verified(offer);
        if (token == null) {
            checkWork(offer, client);
        }
        Ban ban = bans.find(token == null ? null : token.identity().subject(), client.address());
        if (ban != null) {
            throw new Banned(ban);
        }
        Visitor visitor = visitors.admit(client.address(), limits.counted(client.address()), token);
        if (visitor == null) {
            throw new HandshakeRefused(
                    "identity-connections",
                    "429 Too Many Requests",
                    "Retry-After: 5\r\n",
                    "You have too many connections");
        }
        return visitor;
    }

    private void checkWork(HandshakeOffer offer, Client client) throws HandshakeRefused {
        guestWork.arrived();
        if (guestWork.required() && (offer.work() == null || !guestWork.accept(offer.work(), client.address()))) {
            throw new HandshakeRefused(
                    "work",
                    "428 Precondition Required",
                    "",
                    "Many guests come now, so that each has to solve a task: GET /work");
        }
    }

    /** Null for a guest. */
    private VerifiedToken verified(HandshakeOffer offer) throws HandshakeRefused {
        if (offer.isAmbiguous()) {
            throw new HandshakeRefused(
                    "bad-request", "400 Bad Request", "", "A handshake has one token and one proof of work at most");
        }
        if (offer.token() == null) {
            if (mode == AuthMode.REQUIRED) {
                throw new HandshakeRefused(
                        "token", "401 Unauthorized", BEARER, "A token is needed: POST /session gives one");
            }
            return null;
        }
        try {
            return authenticator.verify(offer.token());
        } catch (InvalidToken e) {
            throw new HandshakeRefused("token", "401 Unauthorized", BEARER, e.getMessage());
        }
    }
}
