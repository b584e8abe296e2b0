package loomchat.chat.v1;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import loomchat.chat.LeaveReason;
import loomchat.chat.Pair;
import loomchat.chat.Participant;
import loomchat.chat.match.Matchmaker;
import loomchat.log.Event;

/**
 * Handles every message of a {@code chat.v1} client but chat messages and {@code resume}. The connection's thread
 * only.
 */
final class V1Requests {
    private static final long TYPING_AGAIN_NANOS = 2_000_000_000;

    private final V1Context v1;
    private final Matchmaker<Participant, Pair> matchmaker;
    private boolean typing;
    private long typingTold;

    V1Requests(V1Context v1) {
        this.v1 = v1;
        this.matchmaker = v1.pairs().matchmaker();
    }

    void handle(V1Message.Request request, V1Session session) throws IOException {
        switch (request) {
            case V1Message.Find find -> find(session, find.interests());
            case V1Message.Next next -> next(session, next.chat());
            case V1Message.Leave leave -> leave(session, leave.chat());
            case V1Message.Typing news -> typing(session, news.chat(), news.on());
            case V1Message.Got got -> got(session, got.chat(), got.id());
            case V1Message.Report report -> report(session, report.chat(), report.reason());
            case V1Message.Block block -> block(session, block.chat());
        }
    }

    // Finding and leaving a partner

    private void find(V1Session session, List<String> interests) throws IOException {
        if (session.pair() != null) {
            session.refuse(ErrorCode.IN_CHAT, 0, 0);
            return;
        }
        matchmaker.stop(session);
        if (session.pair() == null) {
            session.interests(interests);
        }
        search(session);
    }

    private void search(V1Session session) throws IOException {
        if (v1.pairs().seek(session)) {
            return;
        }
        if (matchmaker.isDraining()) {
            session.send(v1.pairs().elsewhere().canMove() ? V1Frames.DRAINING_MOVE : V1Frames.DRAINING);
        } else {
            int waiting = v1.pairs().waiting();
            session.sendWaiting(waiting, v1.pairs().others(session, waiting));
        }
    }

    private void next(V1Session session, long number) throws IOException {
        Pair pair = currentOrRefuse(session, number, 0);
        if (pair != null) {
            end(session, pair, "next", LeaveReason.NEXT);
            search(session);
        }
    }

    private void leave(V1Session session, long number) throws IOException {
        if (number != 0) {
            Pair pair = currentOrRefuse(session, number, 0);
            if (pair != null) {
                end(session, pair, "leave", LeaveReason.LEFT);
            }
        } else if (!matchmaker.stop(session)) {
            session.refuse(session.pair() == null ? ErrorCode.NOT_IN_CHAT : ErrorCode.IN_CHAT, 0, 0);
        }
    }

    private void end(V1Session session, Pair pair, String reason, LeaveReason why) throws IOException {
        if (v1.pairs().end(pair, session, reason, why)) {
            session.inSendOrder(() -> session.sendLeft(pair, LeaveReason.YOU));
        }
    }

    // About the partner

    /** A chat message came: the partner's client ends its typing indicator by itself. */
    void stoppedTyping() {
        typing = false;
    }

    private void typing(V1Session session, long number, boolean on) {
        Pair pair = currentOrRefuse(session, number, 0);
        if (pair == null) {
            return;
        }
        long now = System.nanoTime();
        boolean news = on != typing || on && now - typingTold >= TYPING_AGAIN_NANOS;
        typing = on;
        if (news) {
            typingTold = now;
            pair.other(session).partnerTypes(pair, on);
        }
    }

    private void got(V1Session session, long number, long upTo) {
        Pair pair = currentOrRefuse(session, number, 0);
        if (pair == null) {
            return;
        }
        switch (session.confirm(upTo)) {
            case NEWS -> pair.other(session).partnerReceived(pair, upTo);
            case KNOWN_BEFORE -> {}
            case IMPOSSIBLE -> session.refuse(ErrorCode.BAD_ID, number, upTo);
        }
    }

    private void report(V1Session session, long number, String reason) {
        Pair about = lastOrRefuse(session, number);
        if (about == null) {
            return;
        }
        Set<String> before = session.reportedFor(about);
        if (before.contains(reason)) {
            session.send(V1Frames.reported(number, true));
            return;
        }
        boolean first = before.isEmpty();
        // A further reason, which may be the graver one, is never refused.
        if (first && !v1.chat().visitors().mayReport(session.visitor())) {
            session.refuse(ErrorCode.TOO_MANY_REPORTS, number, 0);
            return;
        }
        session.reports(about, reason);
        Participant partner = about.other(session);
        record(session, partner, number, reason);
        if (first) {
            matchmaker.report(session, partner);
            v1.chat().visitors().reported(session.visitor(), partner.visitor());
            partner.reportedBy(session);
        }
        session.send(V1Frames.reported(number, false));
    }

    private void record(V1Session session, Participant partner, long number, String reason) {
        v1.chat()
                .log()
                .record(new Event.Reported(
                        v1.chat().millis(),
                        session.id(),
                        number,
                        partner.id(),
                        reason,
                        session.visitor().subject(),
                        partner.visitor().subject()));
    }

    private void block(V1Session session, long number) throws IOException {
        Pair about = lastOrRefuse(session, number);
        if (about == null) {
            return;
        }
        Participant partner = about.other(session);
        matchmaker.block(session, partner);
        boolean lasting = v1.chat().visitors().block(session.visitor(), partner.visitor());
        if (session.blocksNow(about)) {
            v1.chat()
                    .log()
                    .record(new Event.Blocked(
                            v1.chat().millis(),
                            session.id(),
                            number,
                            partner.id(),
                            lasting,
                            session.visitor().subject(),
                            partner.visitor().subject()));
        }
        end(session, about, "block", LeaveReason.LEFT);
        session.send(V1Frames.blocked(number, lasting));
    }

    // Which chat the client means

    /** The chat with this number, if the client is in it and was told of it; otherwise refuses. */
    static Pair currentOrRefuse(V1Session session, long number, long message) {
        Pair pair = session.pair();
        if (pair != null && pair.id() == number && isTold(session, pair)) {
            return pair;
        }
        session.refuse(ErrorCode.STALE_CHAT, number, message);
        return null;
    }

    /** A client can guess a number before it is told, or answer while another thread is still telling it. */
    private static boolean isTold(V1Session session, Pair pair) {
        if (pair.told(session)) {
            return true;
        }
        session.settle();
        return pair.told(session);
    }

    /** The current or last chat of the client, if it has this number; otherwise refuses. */
    private static Pair lastOrRefuse(V1Session session, long number) {
        Pair last = session.known();
        if (last != null && last.id() == number) {
            return last;
        }
        session.refuse(ErrorCode.STALE_CHAT, number, 0);
        return null;
    }
}
