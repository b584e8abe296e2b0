package loomchat.chat.v1;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import loomchat.chat.LeaveReason;
import loomchat.chat.Pair;
import loomchat.chat.Participant;
import loomchat.chat.Relay;
import loomchat.chat.match.EncounterHistory;
import loomchat.log.Event;
import loomchat.ws.FrameBuffer;
import loomchat.ws.WebSocket;

/**
 * One who chats over {@code chat.v1}, as its partner sees it, and what is kept for it while its connection is broken. Connections come and
 * go ({@link #attach}, {@link #detach}); the participant stays the same.
 *
 * <p>The lock of its link is the order of what is sent to the client.
 */
final class V1Session extends Participant {
    private final V1Context v1;
    private final EncounterHistory encounters;
    private final ClientLink link;
    private final AckSender acks;

    // Guarded by the link's lock
    private final ResendBuffer resendBuffer;
    private boolean closed;

    // Written under the link's lock
    private volatile long id;
    private volatile Absence absence;
    /** The pair that the client was told of last. */
    private volatile Pair known;

    /** Set while not waiting, by the connection's thread. */
    private volatile List<String> interests = List.of();

    // Reading thread of the current connection
    private Pair sayingIn;
    private long lastTaken;
    private Pair reported;

    V1Session(V1Context v1, V1Connection connection, String secret) {
        super(v1.chat());
        this.v1 = v1;
        id = connection.id();
        link = new ClientLink(connection, secret);
        acks = new AckSender(link);
        resendBuffer = new ResendBuffer(v1.limits().resumeSeconds() > 0);
        encounters = new EncounterHistory(id);
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    protected EncounterHistory encounters() {
        return encounters;
    }

    @Override
    public List<String> interests() {
        return interests;
    }

    void interests(List<String> wanted) {
        interests = wanted;
    }

    ClientLink link() {
        return link;
    }

    AckSender acks() {
        return acks;
    }

    // What the client says: reading thread

    /** How many messages of the client have been taken in {@code with}. */
    long lastTaken(Pair with) {
        if (sayingIn != with) {
            sayingIn = with;
            lastTaken = 0;
        }
        return lastTaken;
    }

    void taken(int messages) {
        lastTaken += messages;
    }

    /** True the first time for each chat: a visitor has one report, however often its connection changes. */
    boolean reportsNow(Pair about) {
        boolean first = reported != about;
        reported = about;
        return first;
    }

    /** The chat with this number, if the client is in it and knows of it; otherwise the client is told so. */
    Pair currentOrRefuse(long number, long message) {
        Pair with = pair();
        if (with != null && with.id() == number && knows(with)) {
            return with;
        }
        refuse(ErrorCode.STALE_CHAT, number, message);
        return null;
    }

    /** A number can be guessed before it is told. Who is quick answers while the thread that tells it still has its send order. */
    private boolean knows(Pair with) {
        if (with.told(this)) {
            return true;
        }
        settle();
        return with.told(this);
    }

    /** The chat with this number, if it is the client's chat or was its last one; otherwise the client is told so. */
    Pair lastOrRefuse(long number) {
        Pair last = known;
        if (last != null && last.id() == number) {
            return last;
        }
        refuse(ErrorCode.STALE_CHAT, number, 0);
        return null;
    }

    // To the client

    @Override
    public void inSendOrder(WebSocket.SendAction action) throws IOException {
        link.lock();
        try {
            action.run();
        } finally {
            link.unlock();
        }
    }

    @Override
    public void settle() {
        link.settle();
    }

    /** Sends one message, if the client is there. */
    void send(byte[] payload) {
        link.lock();
        try {
            link.send(payload);
        } finally {
            link.unlock();
        }
    }

    /** {@code chat} and {@code message} tell what is refused, where they are not 0. */
    void refuse(ErrorCode refusal, long chat, long message) {
        send(V1Frames.error(refusal, chat, message));
    }

    /** Sends one message about {@code about} unless that chat is over. */
    private void send(Pair about, byte[] payload) {
        link.lock();
        try {
            if (about.active() && about.told(this)) {
                link.send(payload);
            }
        } finally {
            link.unlock();
        }
    }

    /** Tells how many wait, unless there is a partner already. */
    void sendWaiting(int count) {
        link.lock();
        try {
            if (pair() == null) {
                link.send(V1Frames.waiting(count));
            }
        } finally {
            link.unlock();
        }
    }

    /** Skipped when something else is being sent. */
    @Override
    protected void tellWaiting(int count) {
        if (link.tryLock()) {
            try {
                WebSocket to = link.socket();
                if (pair() == null && to != null) {
                    to.sendTextIfIdle(V1Frames.waiting(count));
                }
            } finally {
                link.unlock();
            }
        }
    }

    @Override
    protected void sendMatched(Pair with) throws IOException {
        WebSocket to = link.socket();
        if (to == null) {
            throw new IOException("The client is away");
        }
        resendBuffer.clear();
        acks.forget();
        known = with;
        List<String> partners = with.other(this).interests();
        List<String> shared = interests.stream().filter(partners::contains).toList();
        byte[] matched = V1Frames.matched(with.id(), shared, with.newcomer() != this);
        to.sendText(matched, 0, matched.length);
    }

    @Override
    protected void sendLeft(Pair ended, LeaveReason why) {
        acks.sendTaken(ended);
        link.send(V1Frames.left(ended.id(), why));
        if (isAway()) {
            close();
            v1.sessions().remove(this);
        }
    }

    // What the partner says

    @Override
    protected int appendMessage(
            FrameBuffer out, Pair with, int nth, byte[] text, int offset, int length, boolean escaped) {
        return V1Frames.chat(out, with.id(), resendBuffer.lastId() + 1 + nth, text, offset, length, escaped);
    }

    @Override
    protected void send(Relay relay) {
        WebSocket to = link.socket();
        for (int i = 0; i < relay.count(); i++) {
            resendBuffer.addSent(relay, i);
        }
        if (!to.compresses()) {
            acks.appendTaken(relay.frames(), relay.pair());
        }
        try {
            relay.sendTo(to);
        } catch (IOException e) {
            // The connection breaks; they are kept for its return.
        }
    }

    @Override
    protected int keep(Relay relay) {
        int taken = 0;
        while (taken < relay.count() && resendBuffer.addUnsent(relay, taken)) {
            taken++;
        }
        return taken;
    }

    /** The client has everything of its partner up to {@code upTo}. */
    ResendBuffer.Confirmation confirm(long upTo) {
        link.lock();
        try {
            return resendBuffer.confirm(upTo);
        } finally {
            link.unlock();
        }
    }

    @Override
    public void partnerReceived(Pair with, long upTo) {
        acks.sendDelivered(with, upTo);
    }

    @Override
    public void partnerTypes(Pair with, boolean on) {
        send(with, V1Frames.typing(with.id(), on));
    }

    /** Going and coming back may overtake each other on the way here: what counts is how it is now. */
    @Override
    public void partnerAway(Pair with) {
        if (with.other(this) instanceof V1Session partner && partner.isAway()) {
            Absence since = partner.absence;
            send(with, V1Frames.away(with.id(), since.why(), since.seconds()));
        }
    }

    @Override
    public void partnerBack(Pair with) {
        if (!with.other(this).isAway()) {
            send(with, V1Frames.back(with.id()));
        }
    }

    // Connections

    @Override
    public boolean isAway() {
        return !link.isUp();
    }

    /** The absence that goes on, or the last one. */
    Absence absence() {
        return absence;
    }

    /**
     * The connection is gone, on its own thread, and may come back within {@code seconds}. Returns the chat that is kept
     * for it so long, or null.
     */
    Pair detach(AwayReason why, int seconds) {
        link.lock();
        try {
            absence = new Absence(why, v1.chat().monotonicNanos(), seconds);
            link.disconnect();
            Pair with = pair();
            boolean keep = seconds > 0 && with != null && with.told(this);
            if (keep) {
                v1.sessions().keep(this, absence);
            }
            return keep ? with : null;
        } finally {
            link.unlock();
        }
    }

    /** The client does not come back, for {@code reason}. */
    void leave(String reason, LeaveReason why) {
        v1.sessions().remove(this);
        v1.pairs().leave(this, reason, why);
        close();
    }

    /** No connection will come any more. */
    void close() {
        link.lock();
        try {
            closed = true;
            resendBuffer.clear();
        } finally {
            link.unlock();
        }
    }

    /**
     * Gives this session to a new connection, on its thread, and sends what the client has missed after its partner's message
     * {@code seen}. Returns the chat, or null if there is none to come back to, or if somebody else has come back to it with
     * {@code withSecret}.
     */
    Pair attach(V1Connection back, String withSecret, String newSecret, long seen) {
        link.lock();
        try {
            Pair with = pair();
            boolean possible =
                    withSecret.equals(link.secret()) && !closed && with != null && seen <= resendBuffer.lastId();
            if (!possible || !v1.sessions().claim(this)) {
                return null;
            }
            long from = id;
            link.rename(newSecret);
            v1.sessions().rename(this, withSecret);
            id = back.id();
            link.connect(back);
            back.took(this);
            acks.forget();
            long away = TimeUnit.NANOSECONDS.toMillis(v1.chat().monotonicNanos() - absence.sinceNanos());
            v1.chat().log().record(new Event.ChatResumed(v1.chat().millis(), id, with.id(), from, away));
            resend(back.socket(), with, seen);
            return with;
        } finally {
            link.unlock();
        }
    }

    private void resend(WebSocket to, Pair with, long seen) {
        Participant partner = with.other(this);
        long missed = resendBuffer.missedAfter(seen);
        resendBuffer.confirm(seen);
        byte[] resumed = V1Frames.resumed(with.id(), lastTaken(with), missed, partner.isAway());
        try {
            to.sendText(resumed, 0, resumed.length);
            resendBuffer.resend(to, bytes -> record(with, partner.id(), bytes));
        } catch (IOException e) {
            // This connection broke too: its own thread finds out and detaches it, and the rest is kept for the next.
        }
    }
}
