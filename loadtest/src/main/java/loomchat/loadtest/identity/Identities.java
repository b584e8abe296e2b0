package loomchat.loadtest.identity;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import loomchat.loadtest.measure.IdentityCounters;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.measure.RunRecorder;

/** What the identities of a run share: requests, counts and checks. Any thread may use it. */
public final class Identities {
    /** Of subjects that are remembered, to notice that two users got the same. */
    private static final int MOST_SUBJECTS = 1_000_000;

    private static final long LONGEST_ANSWER = TimeUnit.SECONDS.toNanos(30);
    private static final long LONGEST_SLEEP = TimeUnit.MILLISECONDS.toNanos(250);

    /** Whether guests are let in; the first of them finds out. */
    private enum Guests {
        UNKNOWN,
        WELCOME,
        REFUSED
    }

    final SessionClient sessions;
    final IdentityCounters counters;
    private final RunRecorder recorder;
    private final LongSupplier runEnd;
    private final Map<String, Integer> subjects = new ConcurrentHashMap<>();
    private final AtomicReference<Guests> guests = new AtomicReference<>(Guests.UNKNOWN);

    /** @param runEnd when no more message is due, on the clock of {@link System#nanoTime} */
    public Identities(SessionClient sessions, RunRecorder recorder, LongSupplier runEnd) {
        this.sessions = sessions;
        this.recorder = recorder;
        this.counters = recorder.counters().identities;
        this.runEnd = runEnd;
    }

    long runEnd() {
        return runEnd.getAsLong();
    }

    /** A request to the server's sessions. */
    interface Request {
        /** The answer, or null when it was lost on purpose. */
        SessionAnswer send() throws IOException, InterruptedException;
    }

    /** Sends it for that user and checks the form of the answer; counts a request that gets none. */
    SessionAnswer ask(int user, Request request) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try {
            SessionAnswer answer = request.send();
            if (answer != null) {
                recorder.latency().record(LatencyKind.SESSION, user, System.nanoTime() - begin);
                if (answer.problem() != null) {
                    violation(answer.problem(), "user " + user + ": " + answer.shown());
                }
            }
            return answer;
        } catch (IOException e) {
            failed(e instanceof SocketTimeoutException ? "timeout" : "no answer", e.toString());
            throw e;
        }
    }

    /** Sends it several times at once; returns the answers that came, each until its deadline. */
    List<SessionAnswer> askAtOnce(int user, Caller caller, int count, Request request) throws InterruptedException {
        List<CompletableFuture<SessionAnswer>> asked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CompletableFuture<SessionAnswer> answer = new CompletableFuture<>();
            asked.add(answer);
            caller.loop().start(() -> {
                try {
                    answer.complete(ask(user, request));
                } catch (IOException | InterruptedException e) {
                    answer.cancel(false);
                }
            });
        }
        List<SessionAnswer> answers = new ArrayList<>();
        for (CompletableFuture<SessionAnswer> each : asked) {
            try {
                answers.add(each.get(LONGEST_ANSWER, TimeUnit.NANOSECONDS));
            } catch (ExecutionException | CancellationException | TimeoutException e) {
                // Counted where it was asked for.
            }
        }
        return answers;
    }

    /** Sleeps, at most until the end of the run, in short steps: it may end early. */
    void sleepUntil(long time) throws InterruptedException {
        for (long left = time - System.nanoTime(); left > 0; left = Math.min(time, runEnd()) - System.nanoTime()) {
            TimeUnit.NANOSECONDS.sleep(Math.min(left, LONGEST_SLEEP));
        }
    }

    /** A request got no answer, or one that nobody expects. */
    void failed(String kind, String details) {
        counters.sessionsFailed.increment();
        recorder.errors().session(kind, details);
    }

    /** The server refused something, as it may. */
    void told(String what) {
        recorder.errors().serverError(what);
    }

    /** A visitor who keeps to the rules met a refusal. */
    void lockedOut(String how, String details) {
        counters.lockedOut.increment();
        recorder.errors().lockedOut(how, details);
    }

    /** The server has done what it must not do. */
    void violation(String what, String details) {
        recorder.counters().violations.increment();
        recorder.errors().protocol(what, details);
    }

    void example(String fault, String details) {
        recorder.errors().example(fault, details);
    }

    /** Whose token it is, which nobody else may have got; null when the token does not say. */
    String subject(int user, AccessToken token) {
        JsonObject claims = token.claims();
        String subject = claims == null ? null : claims.getString("sub", null);
        if (subject != null && subjects.size() < MOST_SUBJECTS && subjects.putIfAbsent(subject, user) != null) {
            violation("two visitors with one identity", "user " + user + " and another one");
        }
        return subject;
    }

    /** Checks that a token is still that subject's. */
    void checkSubject(int user, String subject, AccessToken token) {
        JsonObject claims = subject == null ? null : token.claims();
        if (claims != null && !subject.equals(claims.getString("sub", null))) {
            violation("a refresh that gives another identity", "user " + user);
        }
    }

    /** A guest was let in. Only asked in runs with identities. */
    public void guestWelcome() {
        if (!guests.compareAndSet(Guests.UNKNOWN, Guests.WELCOME) && guests.get() == Guests.REFUSED) {
            violation("a guest let in where others need a token", "");
        }
    }

    /** A guest was refused with 401; whether that is right, because every guest is. */
    public boolean guestRefused() {
        guests.compareAndSet(Guests.UNKNOWN, Guests.REFUSED);
        boolean rightly = guests.get() == Guests.REFUSED;
        if (rightly) {
            counters.guestsRefused.increment();
        }
        return rightly;
    }
}
