package loomchat.loadtest.client;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.random.RandomGenerator;
import loomchat.loadtest.call.CallRun;
import loomchat.loadtest.identity.Identities;
import loomchat.loadtest.measure.ErrorCounts;
import loomchat.loadtest.measure.LatencyRecorders;
import loomchat.loadtest.measure.RunCounters;
import loomchat.loadtest.measure.RunRecorder;
import loomchat.loadtest.scenario.Pace;
import loomchat.loadtest.scenario.Persona;
import loomchat.loadtest.scenario.Scenario;
import loomchat.loadtest.target.Dialers;
import loomchat.loadtest.verify.DeliveryLedger;
import loomchat.loadtest.verify.MessageCheck;

/** What all users of a run share. Any thread may use it. */
public final class RunContext implements AutoCloseable {
    final int run;
    final RunCounters counters;
    final ErrorCounts errors;
    final LatencyRecorders latency;
    final DeliveryLedger ledger;
    final RunClock clock;
    final Dialers dialers;
    /** Whether servers are killed on purpose. */
    final boolean kills;
    /** What identities share; null when nobody has one. */
    final Identities identities;

    /** What is played and proven of calls; null without any. */
    public final CallRun calls;

    final TimerWheel timers = new TimerWheel();
    private final RunRecorder recorder;
    private final Scenario scenario;
    /** Of each persona, in nanoseconds; NaN where it is drawn each time. */
    private final double[] intervals;

    private final long seed;
    /** Each user's sender, where personas have windows and senders have to hear of arrivals; null otherwise. */
    private final AtomicReferenceArray<Sender> windows;

    /**
     * @param run the number that marks this run's messages
     * @param kills whether servers are killed on purpose
     */
    public RunContext(
            int run,
            Scenario scenario,
            RunRecorder recorder,
            DeliveryLedger ledger,
            RunClock clock,
            Dialers dialers,
            boolean kills) {
        this.run = run;
        this.scenario = scenario;
        this.intervals = scenario.intervals();
        this.recorder = recorder;
        this.counters = recorder.counters();
        this.errors = recorder.errors();
        this.latency = recorder.latency();
        this.ledger = ledger;
        this.clock = clock;
        this.dialers = dialers;
        this.kills = kills;
        this.identities = scenario.identities() ? new Identities(dialers.sessions(), recorder, clock::end) : null;
        this.seed = scenario.seed();
        this.calls = scenario.calls() ? new CallRun(run, recorder, ledger, clock::end, kills) : null;
        boolean windowed =
                scenario.personas().stream().anyMatch(each -> each.sending().window() > 0);
        this.windows = windowed ? new AtomicReferenceArray<>(scenario.clients()) : null;
    }

    /** For what one user does in a visit that begins with that chat, beside its persona's usual things. */
    SplittableRandom random(int user, int chat) {
        return new SplittableRandom(seed ^ ((long) user << 32 | chat) * 0x9E3779B97F4A7C15L);
    }

    /** When a sender of that persona sends; at a random moment first, where a rate over all users sets the pace. */
    Pace pace(int persona, RandomGenerator random) {
        Persona.Sending sending = scenario.personas().get(persona).sending();
        return new Pace(sending.every(), intervals[persona], scenario.load().rate() > 0, random);
    }

    /** Checks what one user receives. */
    MessageCheck check(int user, boolean timed) {
        return new MessageCheck(recorder, ledger, this::arrived, run, user, timed);
    }

    /** {@code sender} sends for that user from now on, and hears of arrivals if it has to. */
    void sends(int user, Sender sender) {
        if (windows != null) {
            windows.set(user, sender);
        }
    }

    private void arrived(int user, int chat, int seq) {
        if (windows != null) {
            windows.get(user).arrived(chat, seq);
        }
    }

    /** Why each server let in nobody, in one line. */
    public String refusals() {
        return dialers.refusals();
    }

    @Override
    public void close() {
        dialers.close();
        timers.close();
    }
}
