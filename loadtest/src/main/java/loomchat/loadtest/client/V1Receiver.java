package loomchat.loadtest.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import loomchat.loadtest.identity.IdentityVisit;
import loomchat.loadtest.scenario.Persona;
import loomchat.loadtest.verify.ChatSide;

/**
 * The receiving end of a user who speaks {@code chat.v1}: checks that the server keeps to the protocol, and keeps
 * what a resume needs. One for all connections of a visit. The user's thread calls it.
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

    /** The server's limits. Read by the sender too, but only after a match. */
    int textBytes = Integer.MAX_VALUE;

    long resumeNanos;
    /** Hears what the server says about the token; null for a guest. */
    IdentityVisit identity;

    private boolean searching;
    /** The chat that the sender has to end with {@code next}. */
    volatile ChatSide toLeave;

    V1Receiver(RunContext context, int user, Persona persona, int chat) {
        super(context, user, persona, chat);
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
        searching = true;
        searchedAt = System.nanoTime();
        context.counters.searches.increment();
    }

    /** Whether the user resumes the chat on another connection when the server closes this one. */
    boolean comesBack() {
        return identity != null && identity.comesBack();
    }

    void welcome(String newSecret, boolean known, int mostTextBytes, int resumeSeconds) {
        if (identity != null) {
            identity.welcome(known);
        } else if (known && !context.dialers.hasToken()) {
            violation("a guest who is known");
        }
        secret = newSecret;
        textBytes = mostTextBytes;
        resumeNanos = TimeUnit.SECONDS.toNanos(resumeSeconds);
    }

    void matched(long number) {
        if (!searching) {
            violation("matched without asking");
        }
        searching = false;
        current().serverNumber = number;
        matched();
    }

    /** The partner's message {@code id} has arrived; {@code json}: it may still be escaped. */
    void chat(long number, int id, byte[] bytes, int from, int to, boolean json) {
        V1ChatSide chat = current();
        boolean ofThisChat = number == chat.serverNumber;
        if (ofThisChat) {
            if (id != chat.heard + 1) {
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
        } else if (delivered) {
            chat.confirmDelivered(id);
        } else {
            chat.taken = Math.max(chat.taken, id);
            if (chat.refusedAt != 0 || chat.sent() - id >= V1Writer.MOST_UNACKNOWLEDGED / 2) {
                LockSupport.unpark(sendingThread);
            }
        }
    }

    void left(long number, String why) {
        if (!isOn(number)) {
            violation("left a chat that is not on");
        } else if (!why.equals("you")) {
            partnerLeft();
        } else if (toLeave != current) {
            violation("left without asking");
        } else {
            endChat(ChatSide.End.LEFT);
            searching = true;
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

    void resumed(long number, int taken, int missed) {
        V1ChatSide chat = current();
        if (resume != Resume.ASKED || !isOn(number)) {
            violation("resumed without asking");
            return;
        }
        if (taken < chat.taken || taken > chat.sent()) {
            violation("a resume from another message than the last");
        }
        chat.taken = Math.max(chat.taken, taken);
        chat.countMissed(missed);
        chat.heard += missed;
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

    void error(String code, long number) {
        switch (code) {
            case "slow-down" -> context.errors.serverError(code);
            case "too-fast", "away-full", "bad-id" -> {
                context.errors.serverError(code);
                if (isOn(number)) {
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
