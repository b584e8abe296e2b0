package loomchat.chat.visitor;

import java.net.InetAddress;
import loomchat.chat.match.EncounterHistory;
import loomchat.identity.Identity;
import loomchat.identity.VerifiedToken;

/**
 * Who is behind one connection: a guest, or an identity that has proved itself. Immutable; any thread.
 */
public final class Visitor {
    private final InetAddress address;
    private final Object addressKey;
    private final RateAccount addressAccount;
    private final VerifiedToken token;
    /** Null for a guest. */
    private final KnownVisitor known;

    Visitor(
            InetAddress address,
            Object addressKey,
            RateAccount addressAccount,
            VerifiedToken token,
            KnownVisitor known) {
        this.address = address;
        this.addressKey = addressKey;
        this.addressAccount = addressAccount;
        this.token = token;
        this.known = known;
    }

    public InetAddress address() {
        return address;
    }

    /** What limits for each address count it for; null where it is not counted. */
    public Object addressKey() {
        return addressKey;
    }

    public boolean isGuest() {
        return known == null;
    }

    /** Its identity, or null. */
    public Identity identity() {
        return token == null ? null : token.identity();
    }

    /** The subject of its identity, or null. */
    public String subject() {
        return known == null ? null : known.subject();
    }

    /** The number of its identity, or 0. */
    public long number() {
        return known == null ? 0 : known.number();
    }

    /** The token of the handshake, or null. */
    public VerifiedToken token() {
        return token;
    }

    /** Whom its identity has met and blocked, beyond this connection; null for a guest. */
    public EncounterHistory encounters() {
        return known == null ? null : known.encounters();
    }

    /** Of two known visitors: whether they are one. */
    boolean isSameAs(Visitor other) {
        return known == other.known;
    }

    /** Charges what was read at {@code now} to its address and its identity; returns for how long it must wait. */
    public long chargeMessages(long messages, long now) {
        long nanos = addressAccount == null ? 0 : addressAccount.chargeMessages(messages, now);
        return known == null ? nanos : Math.max(nanos, known.account().chargeMessages(messages, now));
    }

    boolean mayReport(long now) {
        return (addressAccount == null || addressAccount.mayReport(now))
                && (known == null || known.account().mayReport(now));
    }

    RateAccount addressAccount() {
        return addressAccount;
    }

    KnownVisitor known() {
        return known;
    }
}
