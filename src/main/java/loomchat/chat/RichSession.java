package loomchat.chat;

import java.io.IOException;
import loomchat.net.ByteStream;
import loomchat.ws.CloseCode;
import loomchat.ws.ProtocolException;
import loomchat.ws.WebSocket;

/**
 * One connection of a client that speaks {@code chat.v1}. Its thread reads what the client says and does it for the client's
 * {@link RichSeat}, which it may have taken over from a broken connection.
 */
final class RichSession extends ChatConnection {
    /** Sent by a client that has given this connection up and makes another. */
    private static final int WILL_BE_BACK = 4000;

    /** Sent when a newer connection takes the chat over (the range of private codes, RFC 6455, 7.4.2). */
    private static final int REPLACED = 4001;

    /** A page that was reloaded is back by then; one that was closed is not. */
    private static final int RELOAD_SECONDS = 3;

    /** Acknowledgements are due in steps of this, so that thousands of them do not wake a loop one by one. */
    private static final long TICK_NANOS = 50_000_000;

    private final V1Context v1;
    private final String secret = RichSeats.newSecret();
    /** Written by the reading thread. */
    private volatile RichSeat seat;

    // Reading thread only
    private final QuickSay quick = new QuickSay();
    private final V1Requests requests;
    private final RichPace pace;
    private Pair ackDue;
    private long ackDeadline = ByteStream.NO_DEADLINE;

    RichSession(V1Context v1, Opened opened) {
        super(v1.chat(), opened, Protocol.V1);
        this.v1 = v1;
        requests = new V1Requests(v1);
        pace = new RichPace(v1.limits().messagesPerSecond(), v1.chat().log().heldUpNanos());
        seat = new RichSeat(v1, this, secret);
    }

    /** The session that this connection brings its client. */
    RichSeat seat() {
        return seat;
    }

    @Override
    protected RichSeat participant() {
        return seat;
    }

    WebSocket socket() {
        return socket;
    }

    // From the client

    @Override
    protected void onOpen() {
        v1.sessions().add(seat);
        seat.send(RichFrames.welcome(id(), secret, v1.limits()));
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) throws IOException {
        countMessage();
        if (seat.isAway()) {
            return; // taken over by a newer connection: this one is being closed
        }
        RichPace.Verdict verdict =
                pace.charge(socket.lastReadNanos(), context.log().heldUpNanos());
        if (verdict == RichPace.Verdict.FLOOD) {
            throw new ProtocolException(CloseCode.POLICY_VIOLATION, "Too many messages");
        }
        boolean refuse = verdict == RichPace.Verdict.REFUSE;
        if (quick.read(buffer, offset, length)) {
            if (refuse || quick.textBytes > v1.limits().textBytes()) {
                seat.refuse(refuse ? Refusal.TOO_FAST : Refusal.TOO_LONG, quick.chat, quick.id);
            } else {
                say(quick.chat, quick.id, buffer, quick.textOffset, quick.textLength, quick.textBytes);
            }
        } else if (refuse) {
            seat.refuse(Refusal.TOO_FAST, 0, 0);
        } else {
            parse(buffer, offset, length);
        }
        if (verdict == RichPace.Verdict.TAKE_AND_WARN) {
            seat.refuse(Refusal.SLOW_DOWN, 0, 0);
        }
    }

    private void parse(byte[] buffer, int offset, int length) throws IOException {
        RichMessage message;
        try {
            message = RichParser.parse(buffer, offset, length, v1.limits().textBytes());
        } catch (Refusal.Refused e) {
            seat.refuse(e.refusal, 0, 0);
            return;
        }
        switch (message) {
            case RichMessage.Say say -> say(say.chat(), say.id(), say.text(), 0, say.text().length, say.bytes());
            case RichMessage.Resume resume -> {
                flush();
                resume(resume.secret(), resume.id());
            }
            case RichMessage.Request request -> {
                flush();
                requests.handle(request, seat);
            }
        }
    }

    private void say(long number, long message, byte[] text, int offset, int length, int bytes)
            throws ProtocolException {
        Pair with = seat.currentOrRefuse(number, message);
        if (with == null) {
            drop(1);
            return;
        }
        long expected = gathered(with) + seat.lastTaken(with) + 1;
        if (message < expected) {
            ackDue = with;
        } else if (message > expected) {
            seat.refuse(Refusal.BAD_ID, number, message);
        } else {
            requests.stoppedTyping();
            gather(with, text, offset, length, true, bytes);
        }
    }

    @Override
    protected void onDelivered(Pair with, int taken, int lost) {
        seat.taken(taken);
        if (taken > 0) {
            ackDue = with;
        }
        if (lost > 0 && with.active()) {
            seat.refuse(Refusal.AWAY_FULL, with.id(), seat.lastTaken(with) + 1);
        }
    }

    /** Sends on what has been said, and tells the client how far it came. */
    private void flush() {
        sendGathered();
        Pair about = ackDue;
        if (about != null) {
            ackDue = null;
            ackDeadline = seat.acks().acknowledge(about, seat.lastTaken(about), socket.lastReadNanos());
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
        seat.acks().sendDue();
    }

    @Override
    public void onBatchEnd() throws IOException {
        super.onBatchEnd();
        flush();
    }

    // Taking over, and being taken over

    private void resume(String oldSecret, long seen) {
        RichSeat mine = seat;
        if (mine.pair() != null || v1.pairs().matchmaker().isWaiting(mine)) {
            mine.refuse(Refusal.IN_CHAT, 0, 0);
            return;
        }
        try {
            if (!v1.sessions().resume(this, secret, oldSecret, seen)) {
                mine.refuse(Refusal.CANNOT_RESUME, 0, 0);
            }
        } finally {
            if (seat != mine) {
                mine.detach(Away.BROKE, 0);
                mine.close();
                v1.pairs().matchmaker().remove(mine);
            }
        }
    }

    /** In the send order of {@code other}: it is this connection's from now on, whatever happens. Its own thread. */
    void took(RichSeat other) {
        seat = other;
    }

    /** A newer connection takes the chat over; called by its thread. */
    void replace() {
        end(End.REPLACED, REPLACED, "The chat goes on over a newer connection");
    }

    /** As {@link #replace}, without waiting for a client that does not go. */
    void cut() {
        endNow(End.REPLACED);
    }

    // The end

    /** The server will stop; called by the main thread, which waits for nobody. */
    @Override
    protected void onDraining() {
        socket.sendTextIfIdle(RichFrames.DRAINING);
    }

    @Override
    protected void onLeft(End reason, int code) {
        socket.settle();
        Away why = code == CloseCode.GOING_AWAY ? Away.CLOSED : Away.BROKE;
        Pair kept = seat.detach(why, secondsToComeBack(reason, code));
        if (kept != null) {
            kept.other(seat).partnerAway(kept);
        } else {
            seat.leave(reason.toString(), reason == End.SHUTDOWN ? Left.GONE : Left.LEFT);
        }
    }

    private int secondsToComeBack(End reason, int code) {
        int all = v1.limits().resumeSeconds();
        return switch (reason) {
            case EOF, RESET, TIMEOUT, SLOW, REPLACED -> all;
            case CLOSE ->
                switch (code) {
                    case CloseCode.GOING_AWAY -> Math.min(all, RELOAD_SECONDS);
                    case WILL_BE_BACK -> all;
                    default -> 0;
                };
            case PROTOCOL_ERROR, UNSUPPORTED, TOO_BIG, FLOOD, SHUTDOWN, ERROR -> 0;
        };
    }
}
