package loomchat.loadtest.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import loomchat.loadtest.client.RunClock;
import loomchat.loadtest.client.RunContext;
import loomchat.loadtest.client.SimulatedUser;
import loomchat.loadtest.client.StillWaiting;
import loomchat.loadtest.measure.ErrorCounts;
import loomchat.loadtest.measure.LagProbe;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.measure.LatencyRecorders;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.measure.RunCounters;
import loomchat.loadtest.measure.RunRecorder;
import loomchat.loadtest.measure.Timeline;
import loomchat.loadtest.measure.TimelineColumn;
import loomchat.loadtest.measure.TimelineRow;
import loomchat.loadtest.scenario.Quantity;
import loomchat.loadtest.scenario.Scenario;
import loomchat.loadtest.scenario.Schedule;
import loomchat.loadtest.scenario.UsageError;
import loomchat.loadtest.target.Dialers;
import loomchat.loadtest.target.Target;
import loomchat.loadtest.verify.DeliveryLedger;
import loomchat.loadtest.verify.MessagesInFlight;
import loomchat.loadtest.verify.OpenSides;
import loomchat.net.Loop;
import org.HdrHistogram.Histogram;

/**
 * One run of a scenario. The calling thread starts everything, ticks once a second, waits for what is on its way,
 * and ends everything; it alone touches the output. {@link #interrupt} may come from any thread. Long, because the
 * order of its steps matters.
 */
final class Run {
    private static final long TICK = TimeUnit.SECONDS.toNanos(1);
    private static final long QUIET = TimeUnit.SECONDS.toNanos(2);
    /** From the first refusal to the end of a run that lets in nobody. */
    private static final long HOPE = TimeUnit.MILLISECONDS.toNanos(1900);

    private static final long START_DELAY = TimeUnit.MILLISECONDS.toNanos(100);
    /** From the close frames that end the run to the resets of connections that the server has not closed. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

    /** Two who are there for that long should have been matched. */
    private static final long LONG_ENOUGH = TimeUnit.MILLISECONDS.toNanos(900);

    private static final long LONGEST_LEAVE = TimeUnit.SECONDS.toNanos(30);

    /** Is told of each tick: the files. */
    interface TickListener {
        void tick(TimelineRow row, Map<LatencyKind, Histogram> latencies, long fromMillis, long toMillis)
                throws IOException;
    }

    /** Sees what was measured so far, each tick; asks for it on that thread or not at all. */
    interface Watcher {
        void tick(String phase, double seconds, Supplier<Measurements> soFar) throws IOException;
    }

    private final Scenario scenario;
    private final StressOptions options;
    private final Progress progress;
    private final TickListener files;
    private final Watcher watcher;
    private final RunCounters counters;
    private final ErrorCounts errors;
    private final LatencyRecorders latency;
    private final DeliveryLedger ledger;
    private final Timeline timeline = new Timeline();
    private final RunClock clock;
    private final RunContext context;
    private final List<Loop> loops = new ArrayList<>();
    private final Map<Integer, SimulatedUser> players = new HashMap<>();
    /** When those are to be there who share a rate over all users. */
    private final List<Schedule.Turn> rated = new ArrayList<>();
    /** Messages a nanosecond that the rate asks of each of them; 0 without one, or where they fall silent. */
    private final double shareOfRate;

    /** Written by the thread that starts users, until it ends. */
    private final List<Thread> users = new ArrayList<>();

    private volatile boolean interrupted;
    private volatile Throwable failure;

    // The tick's own
    private Map<String, Long> before;
    private long lastTick;
    /** Since when two or more have been there, 0: they are not. */
    private long togetherSince;
    /** When nobody had been let in and somebody had been refused, 0: never. */
    private long refusedSince;

    private long lastMillis;
    private long startMillis;
    private String phase = "Sending";

    Run(
            Scenario scenario,
            StressOptions options,
            Dialers dialers,
            int run,
            OpenSides sides,
            Progress progress,
            TickListener files,
            Watcher watcher) {
        this.scenario = scenario;
        this.options = options;
        this.progress = progress;
        this.files = files;
        this.watcher = watcher;
        RunRecorder recorder = new RunRecorder(scenario);
        this.counters = recorder.counters();
        this.errors = recorder.errors();
        this.latency = recorder.latency();
        this.ledger = new DeliveryLedger(counters, errors, options::plays, sides);
        this.before = counters.totals();
        boolean fallSilent =
                scenario.personas().stream().anyMatch(each -> each.sending().messages() > 0);
        this.shareOfRate = fallSilent ? 0 : scenario.shareOfRate();
        long start = System.nanoTime() + START_DELAY;
        this.clock = new RunClock(start, start + scenario.duration(), scenario.clients());
        this.context = new RunContext(run, scenario, recorder, ledger, clock, dialers, options.kills());
    }

    /** Ends the run early, with all that usually follows the end. */
    void interrupt() {
        interrupted = true;
        clock.endAt(System.nanoTime());
    }

    /** A loop has failed: the next tick ends the run. */
    private void failed(Throwable cause) {
        failure = cause;
        clock.endAt(System.nanoTime());
    }

    /**
     * @throws GeneratorFailed at most a tick after a loop has failed
     * @throws Target.Unreachable soon after all of the first users were refused
     */
    Measurements play() throws IOException, Target.Unreachable {
        startMillis = System.currentTimeMillis();
        int loopCount = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        for (int i = 0; i < loopCount; i++) {
            loops.add(new Loop("load-" + i, (loop, cause) -> failed(cause)));
        }
        try (LagProbe probe = new LagProbe(loops, latency)) {
            List<Arrival> arrivals = schedule();
            Thread starter =
                    Thread.ofPlatform().daemon(true).name("user starter").start(() -> startUsers(arrivals));
            tickUntilEnd(probe);
            if (context.calls != null && context.calls.isOff()) {
                progress.end();
                throw new UsageError(
                        "%s plays calls, and the server has none: CALLS=all or CALLS=relay turns them on there"
                                .formatted(scenario.name()));
            }
            expectSomebody();
            counters.endSending();
            double sendSeconds = sendSeconds();
            counters.neverMatched.add(neverMatched());
            long due = Math.min(System.nanoTime(), clock.end()) - LONG_ENOUGH;
            counters.neverConnected.add(players.values().stream()
                    .filter(each -> each.neverConnected(due))
                    .count());
            phase = "Waiting for messages on their way";
            drain(probe);
            counters.cluster.stillWaiting.add(StillWaiting.count(players.values(), System.nanoTime()));
            clock.drained();
            phase = "Closing connections";
            probe.stopMeasuring();
            while (starter.isAlive()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            players.values().forEach(SimulatedUser::endRun);
            awaitUsers(probe);
            // A server that says nothing is known by the last connect that timed out.
            expectSomebody();
            ledger.close();
            if (context.calls != null) {
                context.calls.ledger().close();
            }
            tick(probe);
            progress.end();
            return measurements(probe, sendSeconds);
        } finally {
            context.close();
            loops.forEach(Loop::close);
        }
    }

    /** How many are there now and have been for a while, although nobody was matched in the whole run. */
    private long neverMatched() {
        boolean longEnough = togetherSince != 0 && System.nanoTime() - togetherSince >= LONG_ENOUGH;
        return longEnough && !scenario.echo() && counters.matched.sum() == 0 ? counters.connections.sum() : 0;
    }

    private double sendSeconds() {
        // A run that is ended before its first connect has lasted for no time.
        return Math.max(0, Math.min(System.nanoTime(), clock.end()) - clock.start()) / 1e9;
    }

    private record Arrival(long on, SimulatedUser user, Loop loop) {}

    /** Starts each user when it is due: until then it costs nothing. */
    private void startUsers(List<Arrival> arrivals) {
        for (Arrival each : arrivals) {
            sleepUntil(clock.start() + each.on());
            if (System.nanoTime() >= clock.end()) {
                return;
            }
            users.add(each.loop().start(each.user()));
        }
    }

    private List<Arrival> schedule() {
        Schedule schedule = new Schedule(scenario);
        List<Arrival> arrivals = new ArrayList<>();
        for (int i = 0; i < scenario.clients(); i++) {
            List<Schedule.Turn> turns = options.plays(i) ? schedule.turns(i) : List.of();
            if (!turns.isEmpty()) {
                int persona = scenario.personaOf(i);
                Loop loop = loops.get(i % loops.size());
                SimulatedUser user = new SimulatedUser(
                        context, i, persona, scenario.personas().get(persona), turns, loop, scenario.seed());
                players.put(i, user);
                if (scenario.personas().get(persona).sends()) {
                    rated.addAll(turns);
                }
                arrivals.add(new Arrival(turns.getFirst().on(), user, loop));
            }
        }
        arrivals.sort(Comparator.comparingLong(Arrival::on));
        return arrivals;
    }

    private void tickUntilEnd(LagProbe probe) throws IOException {
        lastTick = clock.start();
        lastMillis = System.currentTimeMillis();
        while (System.nanoTime() < clock.end()) {
            sleepUntil(Math.min(lastTick + TICK, clock.end()));
            if (System.nanoTime() >= Math.min(lastTick + TICK, clock.end())) {
                tick(probe);
            }
            if (everythingSent() || isRefusedByAll() || context.calls != null && context.calls.isOff()) {
                clock.endAt(System.nanoTime());
            }
        }
    }

    private void expectSomebody() throws Target.Unreachable {
        if (nobodyIsLetIn() && !interrupted) {
            progress.end();
            throw new Target.Unreachable("Nobody was let in. " + context.refusals());
        }
    }

    /** So far, of those that have tried and had an answer. */
    private boolean nobodyIsLetIn() {
        return counters.connected.sum() == 0 && counters.refused.sum() > 0;
    }

    /** Nobody has been let in for a while after the first was refused: nobody will be. */
    private boolean isRefusedByAll() {
        if (!nobodyIsLetIn()) {
            refusedSince = 0;
        } else if (refusedSince == 0) {
            refusedSince = System.nanoTime();
        }
        return refusedSince != 0 && System.nanoTime() - refusedSince >= HOPE;
    }

    /**
     * Where each user has a number of messages to send: whether all matched users have, and no more are being
     * connected or matched.
     */
    private boolean everythingSent() {
        long answered = counters.connected.sum() + counters.refused.sum() + counters.cluster.killedConnects.sum();
        long matched = counters.matched.sum();
        return counters.sentAll.sum() > 0
                && System.nanoTime() - clock.start() > new Schedule(scenario).rampEnd() + QUIET
                && counters.attempts.sum() == answered
                && counters.sentAll.sum() >= matched
                && matched == before.get("matched");
    }

    private void sleepUntil(long time) {
        for (long left = time - System.nanoTime(); left > 0; left = Math.min(time, clock.end()) - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
        }
    }

    /**
     * Waits until nobody is away and no message is on its way, at most as long as the scenario says. Other
     * processes may have begun a little later, and their users go on sending to this one's: then it waits until
     * nothing has arrived for a while.
     */
    private void drain(LagProbe probe) throws IOException {
        long deadline = System.nanoTime() + scenario.waits().drain();
        long arrived = counters.delivered.sum();
        long arrivedAt = System.nanoTime();
        while (System.nanoTime() < deadline
                && (options.shares() > 1
                        ? System.nanoTime() - arrivedAt < QUIET
                        : counters.away.sum() > 0
                                || context.calls != null
                                        && context.calls.ledger().isInFlight()
                                || counters.delivered.sum() < counters.sent.sum()
                                        && MessagesInFlight.of(players, ledger) > 0)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            if (counters.delivered.sum() > arrived) {
                arrived = counters.delivered.sum();
                arrivedAt = System.nanoTime();
            }
            if (System.nanoTime() - lastTick >= TICK) {
                tick(probe);
            }
        }
    }

    private void awaitUsers(LagProbe probe) throws IOException {
        long deadline = System.nanoTime() + LONGEST_LEAVE + scenario.waits().connect();
        long patient = System.nanoTime() + PATIENCE;
        for (Thread each : users) {
            while (each.isAlive() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                if (System.nanoTime() >= patient) {
                    players.values().forEach(SimulatedUser::forceEnd);
                    patient = Long.MAX_VALUE;
                }
                if (System.nanoTime() - lastTick >= TICK) {
                    tick(probe);
                }
            }
        }
        long stuck = users.stream().filter(Thread::isAlive).count();
        if (stuck > 0) {
            errors.protocol(
                    "clients that did not end",
                    stuck + " clients had not ended " + Quantity.time(LONGEST_LEAVE) + " after the run");
        }
    }

    private void tick(LagProbe probe) throws IOException {
        if (failure != null) {
            throw new GeneratorFailed(failure);
        }
        long now = System.nanoTime();
        long millis = System.currentTimeMillis();
        Map<LatencyKind, Histogram> latencies = latency.drain();
        counters.asked.add(asked(Math.min(now, clock.end()) - clock.start()) - counters.asked.sum());
        Map<String, Long> totals = counters.totals();
        TimelineRow row = new TimelineRow()
                .put(TimelineColumn.SECONDS, (now - clock.start()) / 1e9)
                .put(TimelineColumn.LENGTH, Math.max(0.001, (now - lastTick) / 1e9))
                .put(TimelineColumn.CONNECTIONS, counters.connections.sum())
                .put(TimelineColumn.CHATTING, counters.chatting.sum())
                .put(TimelineColumn.FAULTS, RunCounters.faults(totals) - RunCounters.faults(before));
        TimelineColumn.fill(row, before, totals, latencies);
        probe.addTo(row);
        timeline.add(row);
        progress.row(
                row,
                counters.away.sum(),
                RunCounters.faults(totals),
                totals.get("failed"),
                () -> measurements(probe, sendSeconds()).overload() != null);
        files.tick(row, latencies, lastMillis, millis);
        watcher.tick(phase, row.get(TimelineColumn.SECONDS), () -> measurements(probe, sendSeconds()));
        togetherSince = counters.connections.sum() < 2 ? 0 : togetherSince == 0 ? now : togetherSince;
        before = totals;
        lastTick = now;
        lastMillis = millis;
    }

    /** Messages that the rate over all users asks for until then. */
    private long asked(long until) {
        long time = rated.stream()
                .mapToLong(each -> Math.max(0, Math.min(until, each.off()) - each.on()))
                .sum();
        return Math.round(shareOfRate * time);
    }

    private Measurements measurements(LagProbe probe, double sendSeconds) {
        return new Measurements(
                new Measurements.RunInfo(
                        scenario.name(),
                        options.target(),
                        startMillis,
                        sendSeconds,
                        scenario.clients(),
                        scenario.seed(),
                        interrupted),
                counters.totals(),
                latency.totals(),
                errors.counts(),
                errors.examples(),
                probe.health(),
                timeline.rows());
    }
}
