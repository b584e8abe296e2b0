package loomchat.loadtest.call;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.scenario.Persona;
import loomchat.loadtest.verify.Numbering;

/**
 * What one user does about calls, during one visit, and whether the server keeps to the protocol in it. The user's
 * thread hands in what the server says, the sender's thread sends what is due; both block only on the lock, for
 * moments. Long, because each message is judged by the phase in which it comes.
 *
 * <pre>
 *  NONE ─invite▶ INVITING ─invited▶ INVITED ─accept▶ ON ─end▶ ENDING ─end▶ NONE
 *    └──invite of the partner▶ ASKED ─accept▶ ANSWERING ─accept▶ ON
 * </pre>
 */
public final class CallPlayer {
    public static final long NEVER = Long.MAX_VALUE;

    private static final long LONGEST_RING = TimeUnit.SECONDS.toNanos(10);
    private static final long SHORTEST_PAUSE = TimeUnit.SECONDS.toNanos(5);
    private static final long LONGEST_THOUGHT = TimeUnit.SECONDS.toNanos(1);
    /** Signals that are later than this, because the user was away, are left out. */
    private static final long LATE = TimeUnit.SECONDS.toNanos(1);

    private static final Set<String> WHY = Set.of("you", "ended", "failed", "unanswered");

    /** Takes a message for the server. */
    public interface Out {
        void send(byte[] message) throws IOException;
    }

    private enum Phase {
        NONE,
        INVITING,
        INVITED,
        ASKED,
        ANSWERING,
        ON,
        /** On, as far as this user knows; the servers have forgotten it. */
        ASKING_AGAIN,
        ENDING
    }

    private final CallRun run;
    private final int user;
    private final Persona.Calls plan;
    private final SplittableRandom random;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock: the chat
    private int ownChat;
    private Numbering numbering;
    private long chat;
    private boolean matched;
    private long inviteAt = NEVER;

    // Guarded by lock: the call
    private Phase phase = Phase.NONE;
    private long number;
    /** When to accept or decline, to take an invitation back, or to hang up. */
    private long actAt = NEVER;

    private CallSide side;
    private long onSince;
    private long signalAt = NEVER;
    private boolean iceDue;
    private int iceAsked;
    private long firstFrameMillis;
    private boolean statsDue;
    /** What this user said before a break may have its answer after the resume. */
    private boolean mayHearMore;
    /** Waits in {@link #act}, to be said first. */
    private byte[] urgent;

    private boolean awaiting;
    /** Since when the connection is gone that a resume replaces. */
    private long lostSince;

    /** @param plan null for a user who never calls and answers no invitation */
    public CallPlayer(CallRun run, int user, Persona.Calls plan, SplittableRandom random) {
        this.run = run;
        this.user = user;
        this.plan = plan;
        this.random = random;
    }

    /** The server has announced a chat with this number. */
    public void matched(int ownNumber, Numbering numberedBy, long serverNumber) {
        lock.lock();
        try {
            ownChat = ownNumber;
            numbering = numberedBy;
            chat = serverNumber;
            number = 0;
            matched = true;
            boolean invites = plan != null && random.nextInt(100) < plan.invites();
            inviteAt = invites ? System.nanoTime() + random.nextLong(LONGEST_THOUGHT) : NEVER;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The chat is over.
     *
     * @param leaves whether signals that are on their way need not arrive
     * @param heardAll whether the server has said all that it had to say about it
     */
    public void chatEnded(boolean leaves, boolean heardAll) {
        lock.lock();
        try {
            boolean open = phase == Phase.INVITING || phase == Phase.INVITED || phase == Phase.ANSWERING;
            if (open && !heardAll) {
                run.counters.callsUntold.increment();
            }
            if (side != null && leaves) {
                run.ledger().leaves(side, System.nanoTime());
            }
            reset();
            matched = false;
            inviteAt = NEVER;
            mayHearMore = false;
        } finally {
            lock.unlock();
        }
    }

    // The sender's thread

    /** Sends what is due; returns when to call this again, or {@link #NEVER}. */
    public long act(Out out) throws IOException {
        Queue<byte[]> due = new ArrayDeque<>();
        long next;
        lock.lock();
        try {
            next = collect(due, System.nanoTime());
        } finally {
            lock.unlock();
        }
        for (byte[] each : due) {
            out.send(each);
        }
        return next;
    }

    private long collect(Queue<byte[]> due, long now) {
        if (!matched) {
            return NEVER;
        }
        if (urgent != null) {
            due.add(urgent);
            urgent = null;
        }
        if (run.isOver(now)) {
            return NEVER;
        }
        switch (phase) {
            case NONE -> invite(due, now);
            case INVITED -> {
                if (now >= actAt) {
                    run.counters.callsUnanswered.increment();
                    end("unanswered", due);
                }
            }
            case ASKED -> answer(due, now);
            case ON -> talk(due, now);
            case INVITING, ANSWERING, ASKING_AGAIN, ENDING -> {}
        }
        return phase == Phase.NONE ? inviteAt : Math.min(actAt, phase == Phase.ON ? signalAt : NEVER);
    }

    private void invite(Queue<byte[]> due, long now) {
        if (now >= inviteAt) {
            inviteAt = NEVER;
            run.counters.invitations.increment();
            go(Phase.INVITING, NEVER);
            due.add(CallMessage.invite(chat, 0));
        }
    }

    private void answer(Queue<byte[]> due, long now) {
        if (now < actAt) {
            return;
        }
        if (random.nextInt(100) < plan.accepts()) {
            go(Phase.ANSWERING, NEVER);
            due.add(CallMessage.accept(chat, number));
        } else {
            run.counters.callsDeclined.increment();
            go(Phase.ENDING, NEVER);
            due.add(CallMessage.decline(chat, number));
        }
    }

    private void talk(Queue<byte[]> due, long now) {
        if (iceDue) {
            iceDue = false;
            iceAsked++;
            due.add(CallMessage.ice(chat, number));
        }
        if (statsDue) {
            statsDue = false;
            due.add(stats(now));
        }
        if (now >= actAt) {
            due.add(stats(now));
            end("ended", due);
            return;
        }
        if (signalAt < now - LATE) {
            signalAt = now;
        }
        while (now >= signalAt) {
            int id = run.ledger().sends(side, now);
            if (id == 0) {
                signalAt = NEVER;
                return;
            }
            SignalText text = new SignalText(run.run, user, ownChat, number, id, signalAt);
            int bytes = (int) plan.signalBytes().sample(random);
            due.add(CallMessage.signal(chat, number, id, text.compose(bytes, random)));
            signalAt += TimeUnit.SECONDS.toNanos(1) / plan.signals();
        }
    }

    /** A megabyte for each second. */
    private byte[] stats(long now) {
        return CallMessage.stats(chat, number, firstFrameMillis, (now - onSince) / 1000);
    }

    private void end(String why, Queue<byte[]> due) {
        if (side != null) {
            run.ledger().leaves(side, System.nanoTime());
        }
        go(Phase.ENDING, NEVER);
        due.add(CallMessage.end(chat, number, why));
    }

    // The user's thread; true where the sender has something to do

    /** The server says {@code call}, {@code signal} or {@code ice}. */
    public boolean heard(JsonObject message) {
        lock.lock();
        try {
            long of = message.getJsonNumber("chat").longValueExact();
            long call = message.getJsonNumber("call").longValueExact();
            if (message.getString("type").equals("signal")) {
                return signal(of, call, message.getInt("id"), message.getString("data"));
            }
            if (!matched || of != chat) {
                violation("news of a call in a chat that is not on");
                return false;
            }
            return message.getString("type").equals("ice") ? ice(call, message) : news(call, message);
        } finally {
            lock.unlock();
        }
    }

    private boolean news(long call, JsonObject message) {
        String what = message.getString("do");
        switch (what) {
            case "invited" -> invited(call);
            case "invite" -> invite(call);
            case "accept" -> accept(call, message);
            case "decline" -> decline(call, message);
            case "end" -> ended(call, message.getString("why"));
            default -> violation("news of a call: " + what);
        }
        return true;
    }

    private void invited(long call) {
        switch (phase) {
            case INVITING -> go(Phase.INVITED, System.nanoTime() + LONGEST_RING);
            case NONE -> {
                if (!mayHearMore) {
                    violation("invited without asking");
                    return;
                }
                go(Phase.INVITED, System.nanoTime() + LONGEST_RING);
            }
            case INVITED, ASKING_AGAIN -> {}
            case ASKED, ANSWERING, ON, ENDING -> violation("invited without asking");
        }
        number = call;
    }

    private void invite(long call) {
        if ((phase == Phase.ON || phase == Phase.ASKING_AGAIN) && call == number) {
            urgent = CallMessage.accept(chat, call);
            return;
        }
        if (phase == Phase.ON || call < number) {
            violation("an invitation during a call, or of a call that is over");
            return;
        }
        if (phase == Phase.INVITING) {
            return; // both at the same time: the call is on
        }
        number = call;
        go(Phase.ASKED, plan == null ? NEVER : System.nanoTime() + random.nextLong(LONGEST_THOUGHT));
    }

    private void accept(long call, JsonObject message) {
        boolean known = message.containsKey("polite") && message.get("kinds") instanceof JsonArray;
        switch (phase) {
            case INVITING, INVITED, ANSWERING -> begin(call);
            case ON, ASKING_AGAIN -> {
                if (call != number) {
                    violation("a second call");
                } else if (phase == Phase.ASKING_AGAIN) {
                    go(Phase.ON, actAt);
                } else {
                    violation("accept twice");
                }
            }
            case ENDING -> {
                // It crossed the end that this user asked for.
                if (side == null && call == number) {
                    told();
                    run.ledger().leaves(side, System.nanoTime());
                } else {
                    violation("accept of a call that is over");
                }
            }
            case NONE, ASKED -> {
                if (mayHearMore) {
                    begin(call);
                } else {
                    violation("accept without asking");
                }
            }
        }
        if (!known) {
            violation("accept without kinds and polite");
        }
    }

    private void begin(long call) {
        number = call;
        told();
        onSince = System.nanoTime();
        go(Phase.ON, plan == null ? NEVER : onSince + plan.length().sample(random));
        iceDue = true;
        firstFrameMillis = 0;
        statsDue = false;
        long every = plan == null || plan.signals() == 0 ? NEVER : TimeUnit.SECONDS.toNanos(1) / plan.signals();
        signalAt = every == NEVER ? NEVER : onSince + random.nextLong(every);
    }

    private void told() {
        run.counters.callsTold.increment();
        side = run.ledger().on(user, ownChat, numbering, chat, number);
    }

    private void decline(long call, JsonObject message) {
        boolean asked = phase == Phase.INVITED || phase == Phase.INVITING || phase == Phase.ENDING || mayHearMore;
        if (!asked || side != null || message.getInt("seconds") <= 0) {
            violation("decline without asking");
        }
        number = call;
        reset();
    }

    /** Who has called once may call again. */
    private void mayInviteAgain() {
        if (plan != null && inviteAt == NEVER && random.nextInt(100) < plan.invites()) {
            inviteAt = System.nanoTime() + SHORTEST_PAUSE + random.nextLong(2 * SHORTEST_PAUSE);
        }
    }

    private void ended(long call, String why) {
        boolean own = phase == Phase.ENDING;
        if (phase == Phase.NONE && mayHearMore) {
            return;
        }
        if (phase == Phase.INVITING && !why.equals("you")) {
            number = call; // the partner's invitation, which crossed this user's
            return;
        }
        if (phase == Phase.NONE || call != number) {
            violation("the end of a call that is not on");
        } else if (!WHY.contains(why) || why.equals("you") && !own) {
            violation("the end of a call: " + why);
        }
        number = call;
        if (side != null) {
            mayInviteAgain();
        }
        reset();
    }

    private boolean ice(long call, JsonObject message) {
        String policy = message.getString("policy");
        boolean good = message.getJsonArray("servers") != null
                && message.getInt("seconds") >= 0
                && (policy.equals("relay") || policy.equals("all"));
        if (!good || call != number || iceAsked == 0) {
            violation("ice without asking, or incomplete");
        }
        iceAsked = Math.max(0, iceAsked - 1);
        run.counters.iceAnswers.increment();
        return false;
    }

    private boolean signal(long of, long call, int id, String data) {
        SignalText signal = SignalText.read(data);
        if (signal == null || signal.id() != id) {
            run.ledger().altered(side, user, data.length());
            return false;
        }
        if (signal.run() != run.run) {
            run.recorder.counters().foreign.increment();
            return false;
        }
        if (side == null || !matched || of != chat || call != number) {
            run.ledger().mistimed(signal, side == null ? "outside of a call" : "of another call");
            return false;
        }
        if (!run.ledger().arrived(side, signal)) {
            return false;
        }
        run.counters.signalsDelivered.increment();
        run.recorder.latency().record(LatencyKind.SIGNAL, user, System.nanoTime() - signal.intended());
        if (firstFrameMillis == 0) {
            firstFrameMillis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - onSince));
            statsDue = phase == Phase.ON;
        }
        return statsDue;
    }

    /** The server refuses something; {@code ofSignal}: one of the signals. False if it has nothing to do with calls. */
    public boolean refused(String code, boolean ofSignal) {
        lock.lock();
        try {
            boolean known = Set.of("cannot-call", "call-later", "stale-call").contains(code);
            if (known) {
                run.recorder.errors().serverError(code);
            }
            if (!known || ofSignal) {
                return known;
            }
            // What crosses an end is stale as well, and the end is told.
            if (phase == (code.equals("stale-call") ? Phase.ASKING_AGAIN : Phase.INVITING)) {
                reset();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The connection was lost at that time. */
    public void lostAt(long time) {
        lock.lock();
        try {
            lostSince = time;
            if (side != null) {
                run.ledger().awayFrom(side, time);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The chat goes on, with the call of that number on, or with none (0). */
    public void resumed(long call) {
        lock.lock();
        try {
            mayHearMore = phase != Phase.NONE && phase != Phase.ON;
            if (call != 0) {
                resumedOn(call);
            } else if (side != null && phase != Phase.ENDING) {
                go(Phase.ASKING_AGAIN, actAt);
                urgent = CallMessage.invite(chat, number);
            } else {
                reset();
            }
            if (side != null) {
                run.ledger().backAt(side, System.nanoTime());
            }
        } finally {
            lock.unlock();
        }
    }

    private void resumedOn(long call) {
        if (side != null && call == number) {
            run.counters.callsResumed.increment();
            if (phase == Phase.ENDING) {
                urgent = CallMessage.end(chat, number, "ended");
            } else {
                go(Phase.ON, actAt);
            }
            return;
        }
        boolean ending = phase == Phase.ENDING && call == number;
        if (side != null || phase == Phase.NONE) {
            violation("resumed in a call that is not on");
        }
        closeSide();
        begin(call);
        run.ledger().awayFrom(side, lostSince); // the call may be on for as long
        if (ending) {
            urgent = CallMessage.end(chat, number, "ended");
            run.ledger().leaves(side, onSince);
            go(Phase.ENDING, NEVER);
        }
    }

    // With the lock

    private void reset() {
        closeSide();
        go(Phase.NONE, NEVER);
        signalAt = NEVER;
        urgent = null;
    }

    private void closeSide() {
        if (side != null) {
            run.ledger().over(side);
            side = null;
        }
    }

    private void go(Phase next, long then) {
        phase = next;
        actAt = then;
        boolean awaits = next == Phase.INVITING || next == Phase.ANSWERING || next == Phase.ASKING_AGAIN;
        if (awaits != awaiting) {
            awaiting = awaits;
            run.ledger().awaits(awaits);
        }
        if (next == Phase.ON) {
            mayHearMore = false;
        }
    }

    private void violation(String what) {
        run.chats.violation(what, "user %d, chat %d, call %d, %s".formatted(user, ownChat, number, phase));
    }
}
