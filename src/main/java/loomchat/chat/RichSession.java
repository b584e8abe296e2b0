package loomchat.chat;

import java.io.IOException;
import java.util.List;
import loomchat.log.Event;
import loomchat.net.ByteStream;
import loomchat.ws.CloseCode;
import loomchat.ws.ProtocolException;
import loomchat.ws.WebSocket;

/**
 * One connection of a visitor who speaks {@code chat.v1}. Its thread reads what the client says and does it on the visitor's
 * {@link RichSeat}, which it may have taken over from a broken connection.
 */
final class RichSession extends Connection {
    /** Sent by a client that has given this connection up and makes another. */
    private static final int WILL_BE_BACK = 4000;

    /** Sent when a newer connection takes the chat over (the range of private codes, RFC 6455, 7.4.2). */
    private static final int REPLACED = 4001;

    /** A page that was reloaded is back by then; one that was closed is not. */
    private static final int RELOAD_SECONDS = 3;

    private static final long TYPING_AGAIN_NANOS = 2_000_000_000;

    /** Acknowledgements are due in steps of this, so that thousands of them do not wake a loop one by one. */
    private static final long TICK_NANOS = 50_000_000;

    private final RichSeats seats;
    private final RichLimits limits;
    private final String secret = RichSeats.newSecret();
    /** Written by the reading thread. */
    private volatile RichSeat seat;

    // Reading thread only
    private final QuickSay quick = new QuickSay();
    private final RichPace pace;
    private Relay relay;
    private Pair ackDue;
    private long ackDeadline = ByteStream.NO_DEADLINE;
    private boolean typing;
    private long typingTold;
    private long dropped;

    RichSession(Chat chat, WebSocket socket, long id, Runnable onClosed) {
        super(chat, socket, id, "chat.v1", onClosed);
        seats = chat.richSeats();
        limits = chat.richLimits();
        pace = new RichPace(limits.messagesPerSecond(), chat.log().heldUpNanos());
        seat = new RichSeat(chat, this, secret);
    }

    RichSeat seat() {
        return seat;
    }

    // From the client

    @Override
    void onOpen() throws IOException {
        seats.add(seat);
        seat.send(RichFrames.welcome(id(), secret, limits));
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) throws IOException {
        countMessage();
        if (seat.isAway()) {
            return; // taken over by a newer connection: this one is being closed
        }
        RichPace.Verdict verdict =
                pace.charge(socket.lastReadNanos(), chat.log().heldUpNanos());
        if (verdict == RichPace.Verdict.FLOOD) {
            throw new ProtocolException(CloseCode.POLICY_VIOLATION, "Too many messages");
        }
        boolean refuse = verdict == RichPace.Verdict.REFUSE;
        if (quick.read(buffer, offset, length)) {
            if (refuse || quick.textBytes > limits.textBytes()) {
                refuse(refuse ? Refusal.TOO_FAST : Refusal.TOO_LONG, quick.chat, quick.id);
            } else {
                say(quick.chat, quick.id, buffer, quick.textOffset, quick.textLength, quick.textBytes);
            }
        } else if (refuse) {
            refuse(Refusal.TOO_FAST, 0, 0);
        } else {
            parse(buffer, offset, length);
        }
        if (verdict == RichPace.Verdict.TAKE_AND_WARN) {
            refuse(Refusal.SLOW_DOWN, 0, 0);
        }
    }

    private void parse(byte[] buffer, int offset, int length) throws IOException {
        RichMessage message;
        try {
            message = RichParser.parse(buffer, offset, length, limits.textBytes());
        } catch (Refusal.Refused e) {
            refuse(e.refusal, 0, 0);
            return;
        }
        if (message instanceof RichMessage.Say say) {
            say(say.chat(), say.id(), say.text(), 0, say.text().length, say.bytes());
        } else {
            flush();
            handle(message);
        }
    }

    private void handle(RichMessage message) throws IOException {
        switch (message) {
            case RichMessage.Find m -> find(m.interests());
            case RichMessage.Say m -> throw new IllegalStateException("said already");
            case RichMessage.Typing m -> typing(m.chat(), m.on());
            case RichMessage.Got m -> got(m.chat(), m.id());
            case RichMessage.Next m -> next(m.chat());
            case RichMessage.Leave m -> leave(m.chat());
            case RichMessage.Report m -> report(m.chat(), m.reason());
            case RichMessage.Block m -> block(m.chat());
            case RichMessage.Resume m -> resume(m.secret(), m.id());
        }
    }

    @Override
    public void onBinary(byte[] buffer, int offset, int length) throws IOException {
        throw new ProtocolException(CloseCode.UNSUPPORTED_DATA, "Only text is taken here");
    }

    private void refuse(Refusal refusal, long about, long message) {
        seat.send(RichFrames.error(refusal, about, message));
    }

    /** The chat that the client means, if it is the one that there is and that it knows of; otherwise it is told so. */
    private Pair current(long number, long message) {
        Pair with = seat.pair();
        if (with != null && with.id() == number && knows(with)) {
            return with;
        }
        refuse(Refusal.STALE_CHAT, number, message);
        return null;
    }

    /** A number can be guessed before it is told. Who is quick answers while the thread that tells it still has its send order. */
    private boolean knows(Pair with) {
        if (with.told(seat)) {
            return true;
        }
        seat.settle();
        return with.told(seat);
    }

    // Chat

    private void say(long number, long message, byte[] text, int offset, int length, int bytes)
            throws ProtocolException {
        Pair with = current(number, message);
        if (with == null) {
            dropped++;
            chat.counters().messagesDropped.increment();
            return;
        }
        if (relay != null && (relay.pair() != with || relay.isFull())) {
            sendRelay();
        }
        long expected = seat.lastTaken(with) + (relay == null ? 0 : relay.count()) + 1;
        if (message < expected) {
            ackDue = with;
        } else if (message > expected) {
            refuse(Refusal.BAD_ID, number, message);
        } else {
            typing = false;
            relay = relay == null ? Relay.take(seat, with, socket.share()) : relay;
            relay.add(text, offset, length, true, bytes);
        }
    }

    private void sendRelay() {
        Relay batch = relay;
        relay = null;
        try {
            Pair with = batch.pair();
            int taken = batch.send();
            countDeflating(batch.deflatingNanos());
            seat.taken(taken);
            if (taken > 0) {
                ackDue = with;
            }
            if (taken < batch.count() && with.active()) {
                refuse(Refusal.AWAY_FULL, with.id(), seat.lastTaken(with) + 1);
            }
        } finally {
            batch.giveBack();
        }
    }

    /** Sends on what has been said, and tells the client how far it came. */
    private void flush() {
        if (relay != null) {
            sendRelay();
        }
        Pair about = ackDue;
        if (about == null) {
            return;
        }
        ackDue = null;
        ackDeadline = seat.acknowledge(about, seat.lastTaken(about), socket.lastReadNanos());
    }

    @Override
    long deadlineNanos() {
        long due = ackDeadline;
        return due == ByteStream.NO_DEADLINE ? due : due + TICK_NANOS - Math.floorMod(due, TICK_NANOS);
    }

    @Override
    void onDeadline() {
        ackDeadline = ByteStream.NO_DEADLINE;
        seat.acknowledgeNow();
    }

    @Override
    public void onBatchEnd() throws IOException {
        super.onBatchEnd();
        flush();
    }

    private void typing(long number, boolean on) {
        Pair with = current(number, 0);
        if (with == null) {
            return;
        }
        long now = System.nanoTime();
        boolean news = on != typing || on && now - typingTold >= TYPING_AGAIN_NANOS;
        typing = on;
        if (news) {
            typingTold = now;
            with.other(seat).partnerTypes(with, on);
        }
    }

    private void got(long number, long upTo) {
        Pair with = current(number, 0);
        if (with == null) {
            return;
        }
        Boolean news = seat.confirm(upTo);
        if (news == null) {
            refuse(Refusal.BAD_ID, number, upTo);
        } else if (news) {
            with.other(seat).delivered(with, upTo);
        }
    }

    // Coming together and apart

    private void find(List<String> interests) throws IOException {
        if (seat.pair() != null) {
            refuse(Refusal.IN_CHAT, 0, 0);
            return;
        }
        chat.matchmaker().stop(seat);
        if (seat.pair() == null) {
            seat.interests(interests);
        }
        search();
    }

    private void search() throws IOException {
        Pair made = chat.matchmaker().join(seat);
        if (made != null) {
            Meeting.announce(made);
        } else if (chat.matchmaker().isDraining()) {
            seat.send(RichFrames.DRAINING);
        } else {
            seat.sendWaiting(chat.matchmaker().waiting());
        }
    }

    private void next(long number) throws IOException {
        Pair with = current(number, 0);
        if (with != null) {
            end(with, "next", Left.NEXT);
            search();
        }
    }

    private void leave(long number) throws IOException {
        if (number != 0) {
            Pair with = current(number, 0);
            if (with != null) {
                end(with, "leave", Left.LEFT);
            }
        } else if (!chat.matchmaker().stop(seat)) {
            refuse(seat.pair() == null ? Refusal.NOT_IN_CHAT : Refusal.IN_CHAT, 0, 0);
        }
    }

    private void end(Pair with, String reason, Left why) throws IOException {
        if (chat.matchmaker().leave(seat, with)) {
            Meeting.end(with, seat, reason, why);
            seat.inSendOrder(() -> seat.sendLeft(with, Left.YOU));
        }
    }

    private Pair lastOrRefuse(long number) {
        Pair last = seat.lastPair();
        if (last != null && last.id() == number) {
            return last;
        }
        refuse(Refusal.STALE_CHAT, number, 0);
        return null;
    }

    private void report(long number, String reason) {
        Pair about = lastOrRefuse(number);
        if (about == null) {
            return;
        }
        if (seat.reportsNow(about)) {
            Seat partner = about.other(seat);
            chat.matchmaker().report(seat, partner);
            chat.record(new Event.Reported(chat.millis(), id(), number, partner.id(), reason));
        }
        seat.send(RichFrames.thanks("reported", number));
    }

    private void block(long number) throws IOException {
        Pair about = lastOrRefuse(number);
        if (about == null) {
            return;
        }
        chat.matchmaker().block(seat, about.other(seat));
        end(about, "block", Left.LEFT);
        seat.send(RichFrames.thanks("blocked", number));
    }

    private void resume(String oldSecret, long seen) {
        if (seat.pair() != null || chat.matchmaker().isWaiting(seat)) {
            refuse(Refusal.IN_CHAT, 0, 0);
            return;
        }
        RichSeat mine = seat;
        try {
            if (seats.resume(this, secret, oldSecret, seen) == null) {
                refuse(Refusal.CANNOT_RESUME, 0, 0);
            }
        } finally {
            if (seat != mine) {
                mine.detach(Away.BROKE, 0);
                mine.close();
                chat.matchmaker().remove(mine);
            }
        }
    }

    /** In the send order of {@code other}: it is this connection's from now on, whatever happens. Its own thread. */
    void took(RichSeat other) {
        seat = other;
    }

    // The end

    /** A newer connection takes the chat over; called by its thread. */
    void replace() {
        end(End.REPLACED, REPLACED, "The chat goes on over a newer connection");
    }

    /** The server will stop; called by the main thread, which waits for nobody. */
    @Override
    void onDraining() {
        socket.sendTextIfIdle(RichFrames.DRAINING);
    }

    @Override
    void onGone(End reason, int code) {
        socket.settle();
        if (relay != null) {
            relay.giveBack();
        }
        Away why = code == CloseCode.GOING_AWAY ? Away.CLOSED : Away.BROKE;
        Pair kept = seat.detach(why, secondsToComeBack(reason, code));
        if (kept != null) {
            kept.other(seat).partnerAway(kept);
        } else {
            chat.remove(seat, reason.toString(), reason == End.SHUTDOWN ? Left.GONE : Left.LEFT);
        }
    }

    private int secondsToComeBack(End reason, int code) {
        int all = limits.resumeSeconds();
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

    @Override
    long dropped() {
        return dropped;
    }
}
