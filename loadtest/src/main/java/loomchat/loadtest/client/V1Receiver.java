package loomchat.loadtest.client;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import loomchat.loadtest.call.CallPlayer;
import loomchat.loadtest.identity.IdentityVisit;
import loomchat.loadtest.scenario.Persona;
import loomchat.loadtest.verify.ChatSide;
import loomchat.loadtest.verify.Numbering;
import loomchat.ws.WebSocketClient;

/**
 * The receiving end of a user who speaks {@code chat.v1}: checks that the server keeps to the protocol, and keeps
 * what a resume needs. One for all connections of a visit. The user's thread calls it. Long, because all that the
 * server may say is answered here.
 */
final class V1Receiver extends Receiver {
    /** The state of a resume over a new connection. */
    enum Resume {
        NONE,
        ASKED,
        DONE,
        REFUSED
    }

    Resume resume = Resume.NONE;
    /** Lets a new connection resume the chat. */
    String secret = "";
    /** What the server gave to go with it, for another server that knows nothing of the chat. */
    String ticket = "";

    /** The server's limits. Read by the sender too, but only after a match. */
    int textBytes = Integer.MAX_VALUE;

    long resumeNanos;
    /** Hears what the server says about the token; null for a guest. */
    IdentityVisit identity;

    /** What this user does about calls; null in a run without them. */
    final CallPlayer calls;

    /** When this user asked for the partner that it waits for, 0: it waits for none. */
    volatile long waitingSince;
    /** The server has asked to move to another one. */
    boolean moving;
    /** Of the servers that number their chats together. */
    int numbering;
    /** Of the server that spoke last. */
    private String run = "";

    /** The first own message that can be sent again, as the last resume said. */
    private int from;
    /** The chat that the sender has to end with {@code next}. */
    volatile ChatSide toLeave;

    V1Receiver(RunContext context, int user, Persona persona, int chat) {
        super(context, user, persona, chat);
        calls = context.calls == null
                ? null
                : new CallPlayer(context.calls, user, persona.calls(), context.random(user, chat));
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) {
        V1Message.read(buffer, offset, length, this);
    }

    @Override
    V1ChatSide newChat(int number) {
        return new V1ChatSide(user, number);
    }

    V1ChatSide current() {
        return (V1ChatSide) current;
    }

    void searching() {
        searchesAgain();
        context.counters.searches.increment();
    }

    /** The same search goes on with another connection. */
    void searchesAgain() {
        waitingSince = System.nanoTime();
    }

    boolean isSearching() {
        return waitingSince != 0;
    }

    /** Whether the user resumes the chat on another connection when this one ends. */
    boolean comesBack() {
        return context.dialers.cluster() || identity != null && identity.comesBack();
    }

    void askToResume(String oldSecret, WebSocketClient socket) throws IOException {
        resume = Resume.ASKED;
        from = current().kept.from();
        byte[] message = V1Message.resume(oldSecret, ticket, current().serverNumber, current().heard, from);
        socket.sendText(message, 0, message.length);
    }

    void welcome(
            String newSecret, String newRun, boolean known, boolean hasCalls, int mostTextBytes, int resumeSeconds) {
        if (calls != null && !hasCalls) {
            context.calls.callOff();
        }
        if (identity != null) {
            identity.welcome(known);
        } else if (known && !context.dialers.hasToken()) {
            violation("a guest who is known");
        }
        secret = newSecret;
        run = newRun;
        textBytes = mostTextBytes;
        resumeNanos = TimeUnit.SECONDS.toNanos(resumeSeconds);
    }

    void matched(long number) {
        if (!isSearching()) {
            violation("matched without asking");
        }
        long askedAt = waitingSince;
        waitingSince = 0;
        current().serverNumber = number;
        current().run = run;
        Numbering numberedBy = new Numbering(numbering, outlivesServers() ? "" : run);
        context.ledger.announced(current(), numberedBy, number);
        if (calls != null) {
            calls.matched(current.number(), numberedBy, number);
        }
        begin(askedAt);
    }

    /** Whether other servers go on with a chat under its number when its own one has died: those of a cluster do. */
    private boolean outlivesServers() {
        return context.dialers.cluster() || !ticket.isEmpty();
    }

    /** Whether the server was started again since the chat was last heard of, and lost it with all that it knew. */
    boolean isOfAnEarlierRun() {
        return !outlivesServers() && !run.equals(current().run);
    }

    /** The partner's message {@code id} has arrived; {@code json}: it may still be escaped. */
    void chat(long number, int id, byte[] bytes, int from, int to, boolean json) {
        V1ChatSide chat = current();
        boolean ofThisChat = number == chat.serverNumber;
        if (ofThisChat) {
            if (id != Math.max(chat.heard, chat.missedUpTo) + 1) {
                violation("ids that do not follow each other");
            }
            boolean news = chat.heard == chat.confirmed;
            chat.heard = Math.max(chat.heard, id);
            if (news) {
                LockSupport.unpark(sendingThread);
            }
        }
        check.received(chat, ofThisChat, bytes, from, to, json);
    }

    /** Whether the user is in chat {@code number}; news of earlier chats may come late. */
    private boolean isOn(long number) {
        return current.isMatched() && current().serverNumber == number;
    }

    /** The server, or when {@code delivered} the partner, has this user's messages up to {@code id}. */
    void ack(boolean delivered, long number, int id) {
        V1ChatSide chat = current();
        if (!isOn(number)) {
            return;
        }
        if (id > chat.sent()) {
            violation("acknowledged what was not said");
            return;
        }
        chat.taken = Math.max(chat.taken, id);
        if (delivered) {
            chat.confirmDelivered(id);
        }
        chat.kept.confirm(chat.taken, chat.delivered());
        if (!delivered) {
            if (chat.refusedAt != 0 || chat.sent() - id >= V1Writer.MOST_UNACKNOWLEDGED / 2) {
                LockSupport.unpark(sendingThread);
            }
        }
    }

    void left(long number, String why) {
        if (!isOn(number)) {
            violation("left a chat that is not on");
        } else if (!why.equals("you")) {
            if (why.equals("gone")) {
                current().callPartnerGone();
            }
            partnerLeft();
        } else if (current().nextAskedAt == 0) {
            violation("left without asking");
        } else {
            waitingSince = current().nextAskedAt;
            endChat(ChatSide.End.LEFT);
            LockSupport.unpark(sendingThread);
        }
    }

    void typing(long number) {
        if (isOn(number)) {
            context.counters.typingSeen.increment();
        } else {
            violation("typing in a chat that is not on");
        }
    }

    void back() {
        check.backAt(System.nanoTime());
        LockSupport.unpark(sendingThread);
    }

    /** {@code count} messages of the partner will never come, and its next one has an id that is higher by that. */
    void missed(long number, int count) {
        if (isOn(number)) {
            missedUpTo(Math.max(current().heard, current().missedUpTo) + count);
        } else {
            violation("missed in a chat that is not on");
        }
    }

    /** The server may say it again on the next connection, as long as no later message has arrived. */
    private void missedUpTo(int id) {
        V1ChatSide chat = current();
        int known = Math.max(chat.heard, chat.missedUpTo);
        if (id > known) {
            chat.countMissed(id - known);
            chat.missedUpTo = id;
        }
    }

    void draining(boolean move) {
        moving |= move;
    }

    void resumed(long number, int taken, int missed, int lost) {
        V1ChatSide chat = current();
        if (resume != Resume.ASKED || !isOn(number)) {
            violation("resumed without asking");
            return;
        }
        // The server that had more may have died, but not the partner, and not what this user can send again.
        int least = context.dialers.cluster() ? Math.max(chat.delivered(), from - 1) : chat.taken;
        if (taken < least || taken > chat.sent()) {
            violation("a resume from another message than the last");
        }
        if (lost > 0 && (taken != from - 1 || lost > taken - chat.delivered())) {
            violation("lost messages that had been delivered, or can be sent again");
        }
        chat.run = run;
        chat.countGivenUp(lost);
        chat.taken = Math.min(taken, chat.sent());
        chat.kept.confirm(chat.taken, chat.delivered());
        missedUpTo(chat.heard + missed);
        check.backAt(System.nanoTime());
        resume = Resume.DONE;
    }

    /** The token ends soon; a token that all users share is never renewed. */
    void authDue() {
        if (identity != null) {
            identity.authDue();
        } else if (!context.dialers.hasToken()) {
            violation("auth-due to a guest");
        }
    }

    void authed(int seconds) {
        if (identity != null) {
            identity.authed(seconds);
        } else {
            violation("authed without asking");
        }
    }

    /** News of a call, which somebody of another run may begin too. */
    void call(JsonObject message) {
        if (calls != null && calls.heard(message)) {
            LockSupport.unpark(sendingThread);
        }
    }

    /** The call that is on with the resumed chat, or 0. */
    void resumedCall(long number) {
        if (calls != null) {
            calls.resumed(number);
        }
    }

    @Override
    void endChat(ChatSide.End end) {
        super.endChat(end);
        if (calls != null) {
            calls.chatEnded(
                    end != ChatSide.End.PARTNER_LEFT, end == ChatSide.End.PARTNER_LEFT || end == ChatSide.End.LEFT);
        }
    }

    @Override
    void over(ChatSide.End end) {
        super.over(end);
        if (calls != null) {
            calls.chatEnded(end != ChatSide.End.RUN_OVER, end == ChatSide.End.RUN_OVER);
        }
    }

    /** {@code hasId}: it is about the message or the signal with that id. */
    void error(String code, long number, boolean hasId) {
        if (calls != null && calls.refused(code, hasId)) {
            return;
        }
        switch (code) {
            case "slow-down" -> context.errors.serverError(code);
            case "too-fast", "away-full", "bad-id" -> {
                context.errors.serverError(code);
                if (isOn(number)) {
                    current().wasTooFast |= code.equals("too-fast");
                    current().refusedAt = System.nanoTime();
                    LockSupport.unpark(sendingThread);
                }
            }
            case "stale-chat" -> {
                if (isOn(number)) {
                    current.callStale();
                }
            }
            case "cannot-resume" -> {
                if (resume != Resume.ASKED) {
                    violation("no resume was asked for");
                }
                resume = Resume.REFUSED;
            }
            case "bad-token", "no-token" -> {
                if (identity == null) {
                    violation("error " + code);
                } else {
                    identity.refused(code);
                }
            }
            default -> violation("error " + code);
        }
    }
}
