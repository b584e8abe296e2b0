package loomchat.chat.v1;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import loomchat.chat.Away;
import loomchat.chat.Elsewhere;
import loomchat.chat.LeaveReason;
import loomchat.chat.Pair;
import loomchat.chat.Participant;
import loomchat.chat.Relay;
import loomchat.chat.SeatState;
import loomchat.chat.call.PairCalls;
import loomchat.chat.match.EncounterHistory;
import loomchat.chat.v1.call.CallFrames;
import loomchat.chat.v1.call.CallTold;
import loomchat.chat.visitor.ResumeKey;
import loomchat.chat.visitor.Visitor;
import loomchat.log.Event;
import loomchat.ws.FrameBuffer;
import loomchat.ws.WebSocket;

/**
 * A participant that speaks {@code chat.v1}. Its connections come and go ({@link #attach}, {@link #detach}); the
 * session stays, with what its client has not confirmed yet. The link's lock guards it. Long, because all that a
 * participant does is in it, each in a few lines.
 */
final class V1Session extends Participant {
    private final V1Context v1;
    private final EncounterHistory encounters;
    private final Visitor visitor;
    private final ClientLink link;
    private final AckSender acks;

    // Guarded by the link's lock; volatile ones may be read without it
    private final ResendBuffer resendBuffer;
    private boolean closed;
    private volatile long id;
    private volatile Absence absence;
    private volatile Pair known;
    /** How the partner ended that pair; null while it has not. */
    private volatile LeaveReason endedBy;
    /** Of the chat that the client was told of last; null while there was no call in it. */
    private CallTold callTold;

    private int toldWaiting;
    private int toldOthers;

    /** Set while not waiting, by the connection's thread. */
    private volatile List<String> interests = List.of();

    // Reading thread of the current connection
    private Pair reported;
    private Set<String> reasons = Set.of();
    private Pair blocked;
    private boolean mayJump;

    V1Session(V1Context v1, V1Connection connection, String secret) {
        super(v1.chat());
        this.v1 = v1;
        id = connection.id();
        visitor = connection.whose();
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
    public Visitor visitor() {
        return visitor;
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

    ResendBuffer resendBuffer() {
        return resendBuffer;
    }

    /** The pair that the client was told of last, or null. */
    Pair known() {
        return known;
    }

    /** How the partner ended {@link #known}, or null. */
    LeaveReason endedBy() {
        return endedBy;
    }

    /** Reading thread. What the client has reported its partner for, however often its connection has changed. */
    Set<String> reportedFor(Pair about) {
        return reported == about ? reasons : Set.of();
    }

    /** Reading thread. */
    void reports(Pair about, String reason) {
        if (reported != about) {
            reported = about;
            reasons = new HashSet<>();
        }
        reasons.add(reason);
    }

    /** Reading thread. True the first time for each chat. */
    boolean blocksNow(Pair about) {
        boolean first = blocked != about;
        blocked = about;
        return first;
    }

    /**
     * Reading thread. True once after a client came back that cannot say which messages it still has: then the next one
     * may have any number.
     */
    boolean jumps() {
        boolean jumps = mayJump;
        mayJump = false;
        return jumps;
    }

    // To the client

    @Override
    public void inSendOrder(WebSocket.SendAction action) throws IOException {
        link.inOrder(action);
    }

    @Override
    public void settle() {
        link.settle();
    }

    /** Sends one message if the client is connected. */
    void send(byte[] payload) {
        link.locked(() -> link.send(payload));
    }

    /** @param chat and {@code message}: numbers of what is refused, or 0 */
    void refuse(ErrorCode refusal, long chat, long message) {
        send(V1Frames.error(refusal, chat, message));
    }

    /** Sends one message about {@code about} unless that chat is over. */
    private void send(Pair about, byte[] payload) {
        link.locked(() -> {
            if (about.active() && about.told(this)) {
                link.send(payload);
            }
        });
    }

    /** Tells the client how many wait, and how many of them it may meet, unless it has a partner. */
    void sendWaiting(int count, int others) {
        link.locked(() -> {
            if (pair() == null) {
                toldWaiting = count;
                toldOthers = others;
                link.send(V1Frames.waiting(count, others));
            }
        });
    }

    /** Skipped when something else is being sent, and when it is no news. */
    @Override
    protected void tellWaiting(int count, int others) {
        if (link.tryLock()) {
            try {
                WebSocket to = link.socket();
                boolean news = count != toldWaiting || others != toldOthers;
                if (news && pair() == null && to != null && to.sendTextIfIdle(V1Frames.waiting(count, others))) {
                    toldWaiting = count;
                    toldOthers = others;
                }
            } finally {
                link.unlock();
            }
        }
    }

    @Override
    protected void sendMatched(Pair pair) throws IOException {
        WebSocket to = link.socket();
        if (to == null) {
            throw new IOException("The client is away");
        }
        resendBuffer.clear();
        acks.forget();
        known = pair;
        endedBy = null;
        callTold = null;
        List<String> partners = pair.other(this).interests();
        List<String> shared = interests.stream().filter(partners::contains).toList();
        byte[] matched = V1Frames.matched(
                pair.id(),
                shared,
                pair.newcomer() != this,
                v1.pairs().elsewhere().ticket(pair, this));
        to.sendText(matched, 0, matched.length);
    }

    @Override
    protected void sendLeft(Pair ended, LeaveReason why) {
        acks.sendTaken(ended);
        link.send(V1Frames.left(ended.id(), why));
        endedBy = why == LeaveReason.YOU ? null : why;
        if (isAway()) {
            rememberEnd(absence);
            close();
            v1.sessions().remove(this);
        }
    }

    // What the partner says

    @Override
    protected int appendMessage(
            FrameBuffer out, Pair pair, int nth, byte[] text, int offset, int length, boolean escaped) {
        return V1Frames.chat(out, pair.id(), resendBuffer.lastId() + 1 + nth, text, offset, length, escaped);
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
            // The connection is broken; the messages are kept for the client's return.
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
    public void partnerReceived(Pair pair, long upTo) {
        acks.sendDelivered(pair, upTo);
    }

    @Override
    public void partnerTypes(Pair pair, boolean on) {
        send(pair, V1Frames.typing(pair.id(), on));
    }

    /** News of leaving and coming back may arrive in the wrong order: the partner's state now decides. */
    @Override
    public void partnerAway(Pair pair) {
        Away away = pair.other(this).away();
        if (away != null) {
            send(pair, V1Frames.away(pair.id(), away));
        }
    }

    @Override
    public void partnerBack(Pair pair) {
        if (!pair.other(this).isAway()) {
            send(pair, V1Frames.back(pair.id()));
        }
    }

    @Override
    public void partnerPaused(Pair pair) {
        send(pair, V1Frames.paused(pair.id()));
    }

    // Calls

    @Override
    public boolean canCall() {
        return v1.calls().on();
    }

    @Override
    public void callsChanged(Pair pair) {
        link.locked(() -> {
            if (pair.calls() != null && pair.active() && pair.told(this) && link.isUp()) {
                told(pair).tell(pair.calls().state(), link::send);
            }
        });
    }

    /** With the link's lock. */
    private CallTold told(Pair pair) {
        if (callTold == null || callTold.chat() != pair.id()) {
            callTold = new CallTold(pair.id(), pair.newcomer() == this);
        }
        return callTold;
    }

    /** With the link's lock: the number of the call that is on, which a client that is back is told with its chat. */
    long callThatIsOn(Pair pair) {
        PairCalls calls = pair.calls();
        return calls != null && calls.state().isOn() ? calls.state().number() : 0;
    }

    /** With the link's lock: {@code call} is what the client was told just now, or 0. */
    void tellCallsAgain(Pair pair, long call) {
        if (pair.calls() == null) {
            return;
        }
        if (call != 0) {
            told(pair).toldThatOn(call);
        }
        told(pair).tellAgain(pair.calls().state(), link::send);
    }

    /** What becomes of a signal. */
    enum Signaled {
        TAKEN,
        STALE,
        BAD_ID
    }

    /** The client has something for its partner's page. */
    Signaled signals(Pair pair, long call, long id) {
        link.lock();
        try {
            callsChanged(pair);
            if (callTold == null || callTold.chat() != pair.id() || !callTold.isOn(call)) {
                return Signaled.STALE;
            }
            return callTold.takeSignal(id) ? Signaled.TAKEN : Signaled.BAD_ID;
        } finally {
            link.unlock();
        }
    }

    @Override
    public void partnerSignals(Pair pair, long call, long id, byte[] data) {
        link.locked(() -> {
            callsChanged(pair);
            if (pair.active() && callTold != null && callTold.chat() == pair.id() && callTold.isOn(call)) {
                link.send(CallFrames.signal(pair.id(), call, id, data));
            }
        });
    }

    @Override
    public void partnerLost(Pair pair, long messages) {
        link.locked(() -> {
            resendBuffer.skip(messages);
            if (pair.active() && pair.told(this)) {
                link.send(V1Frames.missed(pair.id(), messages));
            }
        });
    }

    // Connections

    @Override
    public boolean isAway() {
        return !link.isUp();
    }

    @Override
    public Away away() {
        Absence now = absence;
        return link.isUp() || now == null
                ? null
                : new Away(now.why().toString(), now.seconds(), now.why() == Absence.Reason.MOVES);
    }

    /** The current absence, or the last one. */
    Absence absence() {
        return absence;
    }

    /**
     * The connection is gone and the client may come back within {@code seconds}. On the connection's thread. Returns
     * the chat that is kept for so long, or null.
     */
    Pair detach(Absence.Reason why, int seconds) {
        link.lock();
        try {
            absence = new Absence(why, v1.chat().monotonicNanos(), seconds);
            link.disconnect();
            Pair pair = pair();
            if (seconds == 0 || pair == null || !pair.told(this)) {
                if (seconds > 0) {
                    rememberEnd(absence);
                }
                return null;
            }
            v1.sessions().keep(this, absence);
            return pair;
        } finally {
            link.unlock();
        }
    }

    /** In send order: the client comes back to a chat that is over, and can be told why. */
    private void rememberEnd(Absence of) {
        if (endedBy != null && of != null) {
            v1.sessions().rememberEnd(this, known.id(), endedBy, of);
        }
    }

    /** The client does not come back: ends its chat or its search. */
    void leave(String reason, LeaveReason why) {
        v1.sessions().remove(this);
        v1.pairs().leave(this, reason, why);
        close();
    }

    /** With the link's lock: no connection may take this session over any more. */
    boolean closed() {
        return closed;
    }

    void close() {
        link.locked(() -> {
            closed = true;
            resendBuffer.clear();
        });
    }

    // Other servers

    @Override
    public void startNear(Runnable task) {
        WebSocket to = link.socket();
        if (to == null) {
            super.startNear(task);
        } else {
            to.startNear(task);
        }
    }

    @Override
    public boolean canReturn() {
        return v1.limits().resumeSeconds() > 0;
    }

    @Override
    public String resumeKey() {
        return ResumeKey.of(link.secret());
    }

    @Override
    protected byte[] textOf(byte[] payload) {
        return V1Frames.textOf(payload);
    }

    @Override
    public boolean handOver(long deadline, SeatState.Taker taker) throws InterruptedException {
        if (!link.awaitFree(link.secret(), deadline)) {
            return false;
        }
        link.lock();
        try {
            Pair pair = pair();
            boolean possible = !closed && !link.isUp() && pair != null && pair.told(this);
            if (!possible || !v1.sessions().claim(this)) {
                return false;
            }
            long gone = TimeUnit.NANOSECONDS.toMillis(v1.chat().monotonicNanos() - absence.sinceNanos());
            SeatState state = new SeatState(
                    pair,
                    acks.lastTaken(pair),
                    resendBuffer.confirmedId(),
                    resendBuffer.kept(),
                    resendBuffer.lastId(),
                    gone);
            if (!taker.take(state)) {
                v1.sessions().keep(this, absence);
                return false;
            }
            closed = true;
            resendBuffer.clear();
        } finally {
            link.unlock();
        }
        v1.sessions().remove(this);
        return true;
    }

    /**
     * Goes on with a chat of another server; false if this session is over. Reading thread.
     *
     * @param seen the last message of the partner that the client has
     */
    boolean adopt(Elsewhere.Claim claim, long seen) {
        Pair pair;
        link.lock();
        try {
            pair = v1.pairs()
                    .matchmaker()
                    .adopt(claim.pair(), this, claim.partner(), claim.newcomer(), claim.ageMillis());
            if (pair != null) {
                pair.goOn();
                known = pair;
                endedBy = null;
                if (claim.calls() != null) {
                    pair.calls(v1.chat()).merge(claim.calls(), claim.callMillis());
                }
                long call = callThatIsOn(pair);
                resendBuffer.startAt(seen + claim.missed());
                acks.startAt(pair, claim.taken());
                mayJump = claim.mayJump();
                v1.chat()
                        .log()
                        .record(new Event.ChatResumed(
                                v1.chat().millis(), id, pair.id(), claim.session(), claim.awayMillis()));
                boolean partnerAway = claim.partner().isAway();
                link.send(V1Frames.resumed(
                        pair.id(),
                        claim.taken(),
                        claim.missed(),
                        claim.lost(),
                        partnerAway,
                        call,
                        v1.pairs().elsewhere().ticket(pair, this)));
                tellCallsAgain(pair, call);
            }
        } finally {
            link.unlock();
        }
        claim.begin().with(pair);
        return pair != null;
    }

    /** With the link's lock: {@code back} is the client's connection from now on, and {@code newSecret} leads here. */
    void attach(V1Connection back, String newSecret) {
        String before = link.secret();
        link.rename(newSecret);
        v1.sessions().rename(this, before);
        id = back.id();
        link.connect(back);
        back.took(this);
        acks.forget();
    }
}
