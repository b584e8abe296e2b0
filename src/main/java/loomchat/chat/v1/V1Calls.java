package loomchat.chat.v1;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import loomchat.chat.Pair;
import loomchat.chat.Participant;
import loomchat.chat.call.CallEnd;
import loomchat.chat.call.CallOptions;
import loomchat.chat.call.CallState;
import loomchat.chat.call.PairCalls;
import loomchat.chat.v1.call.CallFrames;

/** Handles what a {@code chat.v1} client says about calls, with limits of its own. The connection's thread only. */
final class V1Calls {
    private static final byte[] SIGNAL = "{\"type\":\"signal\",".getBytes(StandardCharsets.US_ASCII);
    private static final int SIGNALS_PER_SECOND = 30;
    private static final int INVITATIONS_A_MINUTE = 3;
    private static final int ICE_A_MINUTE = 6;

    private final V1Context v1;
    private final V1RateLimiter signals;
    private final PerMinute invitations = new PerMinute(INVITATIONS_A_MINUTE);
    private final PerMinute iceRequests = new PerMinute(ICE_A_MINUTE);

    V1Calls(V1Context v1) {
        this.v1 = v1;
        signals = new V1RateLimiter(SIGNALS_PER_SECOND, v1.chat().log().queueFullNanos());
    }

    /** Whether this is a signal in the usual form: signals have a limit of their own. */
    static boolean isSignal(byte[] buffer, int offset, int length) {
        return length > SIGNAL.length
                && Arrays.equals(buffer, offset, offset + SIGNAL.length, SIGNAL, 0, SIGNAL.length);
    }

    V1RateLimiter signalLimiter() {
        return signals;
    }

    void handle(V1Message.CallRequest request, V1Session session) {
        Pair pair = V1Requests.currentOrRefuse(session, request.chat(), 0);
        if (pair == null) {
            return;
        }
        switch (request) {
            case V1Message.Invite invite -> invite(session, pair, invite);
            case V1Message.Accept accept ->
                want(
                        session,
                        pair,
                        pair.calls(v1.chat()).want(isNewcomer(session, pair), accept.call(), accept.kinds(), true));
            case V1Message.Refuse refuse -> refuse(session, pair, refuse.call(), refuse.why());
            case V1Message.Signal signal -> signal(session, pair, signal);
            case V1Message.Ice ice -> ice(session, pair, ice.call());
            case V1Message.Stats stats -> stats(session, pair, stats);
        }
    }

    private static boolean isNewcomer(V1Session session, Pair pair) {
        return pair.newcomer() == session;
    }

    private void invite(V1Session session, Pair pair, V1Message.Invite invite) {
        if (!pair.other(session).canCall()) {
            session.refuse(ErrorCode.CANNOT_CALL, pair.id(), 0);
            return;
        }
        PairCalls calls = pair.calls(v1.chat());
        boolean newcomer = isNewcomer(session, pair);
        if (invite.call() != 0) {
            want(session, pair, calls.want(newcomer, invite.call(), invite.kinds(), false));
        } else if (calls.state().phase(newcomer) == CallState.Phase.NONE && !invitations.take()) {
            session.refuse(ErrorCode.CALL_LATER, pair.id(), 0);
        } else {
            want(session, pair, calls.invite(newcomer, invite.kinds()));
        }
    }

    private static void want(V1Session session, Pair pair, PairCalls.Answer answer) {
        switch (answer) {
            case TAKEN -> tell(session, pair);
            case STALE -> session.refuse(ErrorCode.STALE_CALL, pair.id(), 0);
            case LATER -> session.refuse(ErrorCode.CALL_LATER, pair.id(), 0);
        }
    }

    /** The client first: what its partner says next is only passed on to who knows of the call. */
    private static void tell(V1Session session, Pair pair) {
        session.callsChanged(pair);
        pair.other(session).callsChanged(pair);
    }

    private void refuse(V1Session session, Pair pair, long call, CallEnd why) {
        PairCalls calls = pair.calls();
        if (calls != null && calls.refuse(isNewcomer(session, pair), call, why)) {
            tell(session, pair);
        } else {
            session.refuse(ErrorCode.STALE_CALL, pair.id(), 0);
        }
    }

    private void signal(V1Session session, Pair pair, V1Message.Signal signal) {
        switch (session.signals(pair, signal.call(), signal.id())) {
            case TAKEN -> pair.other(session).partnerSignals(pair, signal.call(), signal.id(), signal.data());
            case STALE -> session.refuse(ErrorCode.STALE_CALL, pair.id(), signal.id());
            case BAD_ID -> session.refuse(ErrorCode.BAD_ID, pair.id(), signal.id());
        }
    }

    private void ice(V1Session session, Pair pair, long call) {
        CallOptions options = v1.calls();
        if (!isOn(pair, call)) {
            session.refuse(ErrorCode.STALE_CALL, pair.id(), 0);
        } else if (!iceRequests.take()) {
            session.refuse(ErrorCode.TOO_FAST, pair.id(), 0);
        } else {
            session.send(CallFrames.ice(
                    pair.id(),
                    call,
                    isNewcomer(session, pair),
                    options,
                    v1.chat().millis()));
        }
    }

    private static boolean isOn(Pair pair, long call) {
        PairCalls calls = pair.calls();
        return calls != null && calls.state().isOn() && calls.state().number() == call;
    }

    private void stats(V1Session session, Pair pair, V1Message.Stats stats) {
        PairCalls calls = pair.calls();
        if (calls == null || !calls.tell(isNewcomer(session, pair), stats.call(), stats.stats())) {
            session.refuse(ErrorCode.STALE_CALL, pair.id(), 0);
            return;
        }
        Participant partner = pair.other(session);
        if (partner.isElsewhere() && pair.newcomer() == partner) {
            partner.callsChanged(pair); // its server records the call
        }
    }

    /** So many at once, and after that one for each part of a minute. */
    private static final class PerMinute {
        private final long nanosEach;
        private final long burstNanos;
        private long paidUntil = System.nanoTime();

        PerMinute(int most) {
            burstNanos = TimeUnit.MINUTES.toNanos(1);
            nanosEach = burstNanos / most;
        }

        boolean take() {
            long now = System.nanoTime();
            long from = paidUntil - now < 0 ? now : paidUntil;
            if (from + nanosEach - now > burstNanos) {
                return false;
            }
            paidUntil = from + nanosEach;
            return true;
        }
    }
}
