package loomchat.chat;

import java.io.IOException;
import java.util.List;
import loomchat.log.Event;

/** Does what a {@code chat.v1} client asks for beside saying something. The connection's thread only. */
final class V1Requests {
    private static final long TYPING_AGAIN_NANOS = 2_000_000_000;

    private final V1Context v1;
    private final Matchmaker<Seat, Pair> matchmaker;
    private boolean typing;
    private long typingTold;

    V1Requests(V1Context v1) {
        this.v1 = v1;
        this.matchmaker = v1.pairs().matchmaker();
    }

    void handle(RichMessage.Request request, RichSeat seat) throws IOException {
        switch (request) {
            case RichMessage.Find find -> find(seat, find.interests());
            case RichMessage.Next next -> next(seat, next.chat());
            case RichMessage.Leave leave -> leave(seat, leave.chat());
            case RichMessage.Typing news -> typing(seat, news.chat(), news.on());
            case RichMessage.Got got -> got(seat, got.chat(), got.id());
            case RichMessage.Report report -> report(seat, report.chat(), report.reason());
            case RichMessage.Block block -> block(seat, block.chat());
        }
    }

    // Coming together and apart

    private void find(RichSeat seat, List<String> interests) throws IOException {
        if (seat.pair() != null) {
            seat.refuse(Refusal.IN_CHAT, 0, 0);
            return;
        }
        matchmaker.stop(seat);
        if (seat.pair() == null) {
            seat.interests(interests);
        }
        search(seat);
    }

    private void search(RichSeat seat) throws IOException {
        if (v1.pairs().seek(seat)) {
            return;
        }
        if (matchmaker.isDraining()) {
            seat.send(RichFrames.DRAINING);
        } else {
            seat.sendWaiting(matchmaker.waiting());
        }
    }

    private void next(RichSeat seat, long number) throws IOException {
        Pair with = seat.currentOrRefuse(number, 0);
        if (with != null) {
            end(seat, with, "next", Left.NEXT);
            search(seat);
        }
    }

    private void leave(RichSeat seat, long number) throws IOException {
        if (number != 0) {
            Pair with = seat.currentOrRefuse(number, 0);
            if (with != null) {
                end(seat, with, "leave", Left.LEFT);
            }
        } else if (!matchmaker.stop(seat)) {
            seat.refuse(seat.pair() == null ? Refusal.NOT_IN_CHAT : Refusal.IN_CHAT, 0, 0);
        }
    }

    private void end(RichSeat seat, Pair with, String reason, Left why) throws IOException {
        if (v1.pairs().end(with, seat, reason, why)) {
            seat.inSendOrder(() -> seat.sendLeft(with, Left.YOU));
        }
    }

    // About the partner

    /** The client has said something: what it types next is news again. */
    void stoppedTyping() {
        typing = false;
    }

    private void typing(RichSeat seat, long number, boolean on) {
        Pair with = seat.currentOrRefuse(number, 0);
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

    private void got(RichSeat seat, long number, long upTo) {
        Pair with = seat.currentOrRefuse(number, 0);
        if (with == null) {
            return;
        }
        switch (seat.confirm(upTo)) {
            case NEWS -> with.other(seat).partnerReceived(with, upTo);
            case KNOWN_BEFORE -> {}
            case IMPOSSIBLE -> seat.refuse(Refusal.BAD_ID, number, upTo);
        }
    }

    private void report(RichSeat seat, long number, String reason) {
        Pair about = seat.lastOrRefuse(number);
        if (about == null) {
            return;
        }
        if (seat.reportsNow(about)) {
            Seat partner = about.other(seat);
            matchmaker.report(seat, partner);
            v1.chat().log().record(new Event.Reported(v1.chat().millis(), seat.id(), number, partner.id(), reason));
        }
        seat.send(RichFrames.thanks("reported", number));
    }

    private void block(RichSeat seat, long number) throws IOException {
        Pair about = seat.lastOrRefuse(number);
        if (about == null) {
            return;
        }
        matchmaker.block(seat, about.other(seat));
        end(seat, about, "block", Left.LEFT);
        seat.send(RichFrames.thanks("blocked", number));
    }
}
