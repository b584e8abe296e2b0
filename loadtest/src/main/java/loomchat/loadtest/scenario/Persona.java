package loomchat.loadtest.scenario;

/**
 * How one kind of user behaves. Times are in nanoseconds, sizes in bytes. A {@link Quantity} is drawn anew each
 * time. What each kind starts from stands in {@code personas.json} beside the scenarios.
 *
 * @param protocol what it speaks
 * @param weight share of the users that are of this kind, relative to the other personas
 * @param identity how it uses an identity; null for a guest
 * @param calls what it does about calls; null: nothing
 */
public record Persona(
        String name,
        Protocol protocol,
        int weight,
        Sending sending,
        Leaving leaving,
        Handling connection,
        Identity identity,
        Calls calls) {
    /** The header in front of each message, which proves its delivery. */
    public static final int HEADER_BYTES = 46;
    /** The smallest message that is allowed: the header and a few bytes for the checksum to look at. */
    public static final int LEAST_MESSAGE_BYTES = 64;

    static final int MOST_MESSAGE_BYTES = 1 << 24;

    /**
     * What it says, and when.
     *
     * @param bytes size of a message
     * @param every time between two messages (or bursts); null: never says anything
     * @param open whether messages are due at fixed times whatever the server does; otherwise each waits for the
     *     one before
     * @param window most messages of a chat on their way at the same time, 0: no limit
     * @param typing bytes typed in a second before a message is sent, 0: none; closed pace only
     * @param burst messages sent back to back each time
     * @param messages how many to send in a chat before falling silent, 0: no end
     * @param whileWaiting whether it talks from the connect on, matched or not
     */
    public record Sending(
            Quantity bytes,
            MessageText text,
            Quantity every,
            boolean open,
            int window,
            int typing,
            Quantity burst,
            int messages,
            boolean whileWaiting) {
        /** The same at a fixed pace, whatever the server does. */
        private Sending paced(Quantity fixed) {
            return new Sending(bytes, text, fixed, true, window, 0, burst, messages, whileWaiting);
        }
    }

    /**
     * When and how it leaves.
     *
     * @param chat how long a chat lasts before this user leaves it; null: until the other leaves or the run ends
     * @param life time from the connect until this user goes, whatever it is doing then; null: no end
     * @param vanishes whether it goes without a close frame
     * @param again whether it comes back after it went
     * @param pause time away before it comes back
     */
    public record Leaving(Quantity chat, Quantity life, boolean vanishes, boolean again, Quantity pause) {}

    /**
     * How it treats its connection.
     *
     * @param readPause time between two reads; null: reads at once
     * @param pongs whether it answers pings
     * @param cuts time from a connect until the connection breaks, in a chat; null: never. With chat.v1 it resumes
     *     the chat
     * @param away how long it is gone after such a break
     * @param abandons percentage of connects that are given up in the middle of the handshake
     */
    public record Handling(Quantity readPause, boolean pongs, Quantity cuts, Quantity away, int abandons) {}

    /**
     * How it uses an identity (docs/identity.md).
     *
     * @param refresh time between two refreshes of its tokens, beside those that the server asks for
     * @param endsSession percentage of times that it ends its session when it leaves
     */
    public record Identity(Kind kind, Quantity refresh, int endsSession) {
        /** What it does with its tokens. */
        public enum Kind {
            /** Keeps to the rules: it must never be locked out. */
            VISITOR,
            /** Sends an old refresh token once more, as somebody would who has stolen it. */
            THIEF,
            /** Connects with tokens that the server has not made. */
            FORGER,
            /** Lets its token expire, and comes back. */
            SLEEPER
        }
    }

    /**
     * What it does about calls.
     *
     * @param invites percentage of chats in which it invites its partner
     * @param accepts percentage of invitations that it accepts; it declines the others
     * @param length how long a call lasts until this user ends it
     * @param signals that it sends a second during a call, 0: none
     */
    public record Calls(int invites, int accepts, Quantity length, int signals, Quantity signalBytes) {}

    /** Whether it has an identity of its own and connects with its tokens. */
    public boolean isKnown() {
        return identity != null && identity.kind != Identity.Kind.FORGER;
    }

    public boolean forges() {
        return identity != null && identity.kind == Identity.Kind.FORGER;
    }

    public boolean sends() {
        return sending.every != null;
    }

    /** Whether it is there to talk to somebody: an echo answers by itself, and others try what identities allow. */
    boolean needsPartner() {
        return sends() && protocol != Protocol.ECHO && (identity == null || identity.kind == Identity.Kind.VISITOR);
    }

    /** Whether it needs a thread that sends: one that is blocked in a send must still read. */
    public boolean hasSender() {
        return sends() || protocol == Protocol.CHAT_V1 && (leaving.chat != null || calls != null);
    }

    /** Whether what it receives says something about the server's speed. */
    public boolean readsAtOnce() {
        return connection.readPause == null;
    }

    /** Whether the server is right to close it. */
    public boolean mayBeClosed() {
        return !readsAtOnce() || !connection.pongs;
    }

    /** The same at a fixed pace, whatever the server does. */
    Persona paced(Quantity every) {
        return new Persona(name, protocol, weight, sending.paced(every), leaving, connection, identity, calls);
    }
}
