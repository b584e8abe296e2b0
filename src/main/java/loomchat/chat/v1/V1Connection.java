package loomchat.chat.v1;

import java.io.IOException;
import loomchat.chat.ChatConnection;
import loomchat.chat.DisconnectReason;
import loomchat.chat.Elsewhere;
import loomchat.chat.LeaveReason;
import loomchat.chat.Pair;
import loomchat.chat.Protocol;
import loomchat.chat.visitor.TokenClock;
import loomchat.chat.visitor.Visitor;
import loomchat.identity.InvalidToken;
import loomchat.identity.VerifiedToken;
import loomchat.net.ByteStream;
import loomchat.ws.CloseCode;
import loomchat.ws.ProtocolException;
import loomchat.ws.WebSocket;

/**
 * One connection of a client that speaks {@code chat.v1}. Its thread reads the client's messages and acts on the
 * client's {@link V1Session}, which it may have taken over from a broken connection. Long, because all that a client
 * can do with a connection comes in here.
 */
final class V1Connection extends ChatConnection {
    /** Close code of a client that gives this connection up and opens another. */
    private static final int WILL_BE_BACK = 4000;

    /** Close code for a connection whose session a newer one takes over (private range, RFC 6455, 7.4.2). */
    private static final int REPLACED = 4001;

    /** Close code for a token that is over, another visitor's, or void. */
    private static final int AUTH = 4003;

    /** A page that was reloaded is back by then. */
    private static final int RELOAD_SECONDS = 3;
    /** Added to the seconds that a page needs for a reload where it says that it needs more. */
    private static final int RELOADED_WITHIN = 4100;

    private static final int MOST_RELOAD_SECONDS = 15;

    /** A client that shows secrets of other servers in vain makes them ask each other so often, and no more. */
    private static final int MOST_REFUSED_ELSEWHERE = 3;

    /** Acknowledgements are due at multiples of this, so that thousands of them do not wake a loop one by one. */
    private static final long TICK_NANOS = 50_000_000;

    private final V1Context v1;
    private final String secret;
    /** Null for a guest. */
    private final TokenClock tokenClock;
    /** Written by the reading thread. */
    private volatile V1Session session;

    // Reading thread only
    private final FastChatParser fastParser = new FastChatParser();
    private final V1Requests requests;
    private final V1RateLimiter limiter;
    private int refusedElsewhere;
    /** Null while the client has said nothing of calls. */
    private V1Calls calls;

    private Pair ackDue;
    private long ackDeadline = ByteStream.NO_DEADLINE;

    V1Connection(V1Context v1, Opened opened) {
        super(v1.chat(), opened, Protocol.V1);
        this.v1 = v1;
        secret = v1.sessions().newSecret();
        requests = new V1Requests(v1);
        limiter = new V1RateLimiter(
                v1.limits().messagesPerSecond(), v1.chat().log().queueFullNanos());
        tokenClock =
                visitor.isGuest() ? null : new TokenClock(visitor.token(), context.millis(), context.monotonicNanos());
        session = new V1Session(v1, this, secret);
    }

    /** The client's session. */
    V1Session session() {
        return session;
    }

    /** The visitor whose client this is; the session may have begun on another connection of it. */
    Visitor whose() {
        return visitor;
    }

    @Override
    protected V1Session participant() {
        return session;
    }

    WebSocket socket() {
        return socket;
    }

    // From the client

    @Override
    protected void onOpen() {
        v1.sessions().add(session);
        session.send(V1Frames.welcome(
                id(),
                secret,
                v1.sessions().run(),
                v1.limits(),
                !visitor.isGuest(),
                v1.calls().policy()));
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) throws IOException {
        countMessage();
        if (session.isAway()) {
            return; // a newer connection has taken over, and this one is being closed
        }
        boolean signal = v1.calls().on() && V1Calls.isSignal(buffer, offset, length);
        V1RateLimiter.Verdict verdict = (signal ? calls().signalLimiter() : limiter)
                .charge(socket.lastReadNanos(), context.log().queueFullNanos());
        if (verdict == V1RateLimiter.Verdict.FLOOD) {
            throw new ProtocolException(CloseCode.POLICY_VIOLATION, "Too many messages");
        }
        boolean refuse = verdict == V1RateLimiter.Verdict.REFUSE;
        if (fastParser.read(buffer, offset, length)) {
            if (refuse || fastParser.textBytes > v1.limits().textBytes()) {
                session.refuse(refuse ? ErrorCode.TOO_FAST : ErrorCode.TOO_LONG, fastParser.chat, fastParser.id);
            } else {
                chat(
                        fastParser.chat,
                        fastParser.id,
                        buffer,
                        fastParser.textOffset,
                        fastParser.textLength,
                        fastParser.textBytes);
            }
        } else if (refuse) {
            session.refuse(ErrorCode.TOO_FAST, 0, 0);
        } else if (V1Frames.isPing(buffer, offset, length)) {
            session.send(V1Frames.PONG);
        } else {
            parse(buffer, offset, length);
        }
        if (verdict == V1RateLimiter.Verdict.TAKE_AND_WARN) {
            session.refuse(ErrorCode.SLOW_DOWN, 0, 0);
        }
    }

    private void parse(byte[] buffer, int offset, int length) throws IOException {
        V1Message message;
        try {
            message = V1Parser.parse(buffer, offset, length, v1.limits().textBytes());
        } catch (ErrorCode.Refused e) {
            session.refuse(e.refusal, 0, 0);
            return;
        }
        switch (message) {
            case V1Message.Chat m -> chat(m.chat(), m.id(), m.text(), 0, m.text().length, m.bytes());
            case V1Message.Resume resume -> {
                flush();
                resume(resume.wanted());
            }
            case V1Message.Auth auth -> {
                flush();
                authenticate(auth.token());
            }
            case V1Message.Ping ping -> session.send(V1Frames.PONG);
            case V1Message.CallRequest call -> {
                flush();
                if (v1.calls().on()) {
                    calls().handle(call, session);
                } else {
                    session.refuse(ErrorCode.CALLS_OFF, call.chat(), 0);
                }
            }
            case V1Message.Request request -> {
                flush();
                requests.handle(request, session);
            }
        }
    }

    private V1Calls calls() {
        if (calls == null) {
            calls = new V1Calls(v1);
        }
        return calls;
    }

    private void authenticate(String token) {
        if (tokenClock == null) {
            session.refuse(ErrorCode.NO_TOKEN, 0, 0);
            return;
        }
        try {
            VerifiedToken fresh = context.authenticator().verify(token);
            if (!fresh.identity().subject().equals(visitor.subject())) {
                end(DisconnectReason.TOKEN, AUTH, "The token is another visitor's");
                return;
            }
            tokenClock.renew(fresh, context.millis(), context.monotonicNanos());
            session.send(V1Frames.authed(tokenClock.secondsLeft(context.monotonicNanos())));
        } catch (InvalidToken e) {
            session.refuse(ErrorCode.BAD_TOKEN, 0, 0);
        }
    }

    @Override
    protected void onCheck() {
        if (tokenClock == null) {
            return;
        }
        long now = context.monotonicNanos();
        switch (tokenClock.due(now)) {
            case NOTHING -> {}
            case NOTICE -> {
                if (socket.sendTextIfIdle(V1Frames.authDue(tokenClock.secondsLeft(now)))) {
                    tokenClock.told();
                }
            }
            case END -> end(DisconnectReason.TOKEN, AUTH, "The token has expired");
        }
    }

    private void chat(long number, long message, byte[] text, int offset, int length, int bytes)
            throws ProtocolException {
        Pair pair = V1Requests.currentOrRefuse(session, number, message);
        if (pair == null) {
            drop(1);
            return;
        }
        boolean jumps = session.jumps();
        long expected = gathered(pair) + session.acks().lastTaken(pair) + 1;
        if (jumps && message > expected) {
            session.acks().startAt(pair, message - 1);
            pair.other(session).skipsTo(message - 1);
            expected = message;
        }
        if (message < expected) {
            ackDue = pair;
        } else if (message > expected) {
            session.refuse(ErrorCode.BAD_ID, number, message);
        } else {
            requests.stoppedTyping();
            gather(pair, text, offset, length, true, bytes);
        }
    }

    @Override
    protected void onDelivered(Pair pair, int taken, int lost) {
        session.acks().take(taken);
        if (taken > 0) {
            ackDue = pair;
        }
        if (lost > 0 && pair.active()) {
            session.refuse(ErrorCode.AWAY_FULL, pair.id(), session.acks().lastTaken(pair) + 1);
        }
    }

    /** Sends what has been gathered, and acknowledges it. */
    private void flush() {
        sendGathered();
        Pair about = ackDue;
        if (about != null) {
            ackDue = null;
            ackDeadline = session.acks().acknowledge(about, socket.lastReadNanos());
        }
    }

    @Override
    protected long deadlineNanos() {
        long due = ackDeadline;
        return due == ByteStream.NO_DEADLINE ? due : due + TICK_NANOS - Math.floorMod(due, TICK_NANOS);
    }

    @Override
    protected void onDeadline() {
        ackDeadline = ByteStream.NO_DEADLINE;
        session.acks().sendDue();
    }

    @Override
    public void onBatchEnd() throws IOException {
        super.onBatchEnd();
        flush();
    }

    // Taking over, and being taken over

    private void resume(Elsewhere.Wanted wanted) {
        V1Session mine = session;
        if (mine.pair() != null || v1.pairs().matchmaker().isWaiting(mine)) {
            mine.refuse(ErrorCode.IN_CHAT, 0, 0);
            return;
        }
        try {
            boolean resumed =
                    new SessionTakeover(v1, this, secret).resume(wanted.secret(), wanted.seen(), wanted.chat());
            if (!resumed && !resumeElsewhere(mine, wanted)) {
                context.counters().resumesRefused.increment();
                mine.send(V1Frames.cannotResume(
                        v1.sessions().whyEnded(wanted.secret(), wanted.chat(), visitor.subject())));
            }
        } catch (Elsewhere.Unreachable e) {
            end(DisconnectReason.UNREACHABLE, CloseCode.TRY_AGAIN_LATER, "Try again with the same secret");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (session != mine) {
                mine.detach(Absence.Reason.BROKE, 0);
                mine.close();
                v1.pairs().matchmaker().remove(mine);
            }
        }
    }

    private boolean resumeElsewhere(V1Session mine, Elsewhere.Wanted wanted)
            throws Elsewhere.Unreachable, InterruptedException {
        if (refusedElsewhere >= MOST_REFUSED_ELSEWHERE) {
            return false;
        }
        Elsewhere.Claim claim = v1.pairs().elsewhere().claim(wanted, mine);
        if (claim == null) {
            refusedElsewhere++;
            return false;
        }
        return mine.adopt(claim, wanted.seen());
    }

    /** In the send order of {@code other}: this connection serves it from now on. On this connection's thread. */
    void took(V1Session other) {
        session = other;
    }

    /** A newer connection takes the session over; called on that one's thread. */
    void replace() {
        end(DisconnectReason.REPLACED, REPLACED, "The chat goes on over a newer connection");
    }

    /** As {@link #replace}, for a client that does not answer. */
    void cut() {
        endNow(DisconnectReason.REPLACED);
    }

    // The end

    @Override
    protected boolean onDraining() {
        return socket.sendTextIfIdle(v1.pairs().elsewhere().canMove() ? V1Frames.DRAINING_MOVE : V1Frames.DRAINING);
    }

    @Override
    protected void onLeft(DisconnectReason reason, int code) {
        socket.settle();
        Absence.Reason why = absence(reason, code);
        Pair waiting = session.detach(why, secondsToComeBack(reason, code));
        if (waiting != null) {
            waiting.other(session).partnerAway(waiting);
        } else {
            session.leave(reason.toString(), why == Absence.Reason.MOVES ? LeaveReason.STOPPED : LeaveReason.LEFT);
        }
    }

    private static Absence.Reason absence(DisconnectReason reason, int code) {
        if (reason == DisconnectReason.SHUTDOWN) {
            return Absence.Reason.MOVES;
        }
        return code == CloseCode.GOING_AWAY || isSlowPage(code) ? Absence.Reason.CLOSED : Absence.Reason.BROKE;
    }

    /** Whether a page was closed or reloaded that says how long a reload takes. */
    private static boolean isSlowPage(int code) {
        return code > RELOADED_WITHIN && code <= RELOADED_WITHIN + MOST_RELOAD_SECONDS;
    }

    private int secondsToComeBack(DisconnectReason reason, int code) {
        int all = v1.limits().resumeSeconds();
        return switch (reason) {
            case EOF, RESET, TIMEOUT, SLOW, REPLACED, TOKEN -> all;
            case CLOSE ->
                switch (code) {
                    case CloseCode.GOING_AWAY -> Math.min(all, RELOAD_SECONDS);
                    case WILL_BE_BACK -> all;
                    default -> isSlowPage(code) ? Math.min(all, code - RELOADED_WITHIN) : 0;
                };
            case SHUTDOWN -> v1.pairs().elsewhere().canMove() ? all : 0;
            case PROTOCOL_ERROR, UNSUPPORTED, TOO_BIG, FLOOD, REVOKED, BANNED, UNREACHABLE, ERROR -> 0;
        };
    }
}
