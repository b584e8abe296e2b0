package loomchat.loadtest.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import loomchat.loadtest.client.Dialer;
import loomchat.loadtest.client.RunClock;
import loomchat.loadtest.client.RunContext;
import loomchat.loadtest.client.Sender;
import loomchat.loadtest.client.SimulatedUser;
import loomchat.loadtest.client.TimerWheel;
import loomchat.loadtest.measure.ErrorCounts;
import loomchat.loadtest.measure.LagProbe;
import loomchat.loadtest.measure.LatencyRecorders;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.measure.RunCounters;
import loomchat.loadtest.measure.RunRecorder;
import loomchat.loadtest.measure.Timeline;
import loomchat.loadtest.scenario.Quantity;
import loomchat.loadtest.scenario.Scenario;
import loomchat.loadtest.scenario.Schedule;
import loomchat.loadtest.verify.DeliveryLedger;
import loomchat.loadtest.verify.MessagesInFlight;
import loomchat.loadtest.verify.OpenSides;
import loomchat.net.Loop;
import org.HdrHistogram.Histogram;

/**
 * One run of a scenario. The calling thread starts everything, ticks once a second, waits for what is on its way, and ends everything; it
 * alone touches the output. {@link #interrupt} may come from any thread.
 */
final class Run {
    private static final long TICK = TimeUnit.SECONDS.toNanos(1);
    private static final long QUIET = TimeUnit.SECONDS.toNanos(2);
    private static final long START_DELAY = TimeUnit.MILLISECONDS.toNanos(100);
    /** From the closes that end the run to the resets for those whom the server has not answered. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

    private static final long LONGEST_LEAVE = TimeUnit.SECONDS.toNanos(30);

    /**
     * The generator itself has failed: it cannot say what it would have seen. The message is one line for the user.
     */
    static final class GeneratorFailed extends RuntimeException {
        GeneratorFailed(Throwable cause) {
            super(
                    "The load client cannot go on, and its figures are lost: " + cause
                            + ". If memory was short, give it more (java -Xmx) or play fewer CLIENTS",
                    cause);
        }
    }

    /** What looks at each tick beside the terminal: the files. */
    interface TickListener {
        void tick(Timeline.Row row, LatencyRecorders.Interval latencies, long fromMillis, long toMillis)
                throws IOException;
    }

    private final Scenario scenario;
    private final StressOptions options;
    private final Progress progress;
    private final TickListener watcher;
    private final RunCounters counters;
    private final ErrorCounts errors;
    private final LatencyRecorders latency;
    private final DeliveryLedger ledger;
    private final Timeline timeline = new Timeline();
    private final RunClock clock;
    private final RunContext context;
    private final List<Loop> loops = new ArrayList<>();
    private final Map<Integer, SimulatedUser> players = new HashMap<>();
    /** Written by the door's thread until it ends. */
    private final List<Thread> users = new ArrayList<>();

    private volatile boolean interrupted;
    private volatile Throwable failure;

    // The tick's own
    private Map<String, Long> before;
    private long lastTick;
    private long lastMillis;
    private long peakRss;

    Run(
            Scenario scenario,
            StressOptions options,
            Dialer dialer,
            int run,
            OpenSides sides,
            Progress progress,
            TickListener watcher) {
        this.scenario = scenario;
        this.options = options;
        this.progress = progress;
        this.watcher = watcher;
        RunRecorder recorder = new RunRecorder(scenario.personas());
        this.counters = recorder.counters();
        this.errors = recorder.errors();
        this.latency = recorder.latency();
        this.ledger = new DeliveryLedger(counters, errors, options::plays, sides);
        this.before = counters.totals();
        long start = System.nanoTime() + START_DELAY;
        this.clock = new RunClock(start, start + scenario.duration(), scenario.clients());
        boolean rated = scenario.load().rate() > 0;
        boolean windowed =
                scenario.personas().stream().anyMatch(each -> each.sending().window() > 0);
        AtomicReferenceArray<Sender> windows = windowed ? new AtomicReferenceArray<>(scenario.clients()) : null;
        this.context = new RunContext(run, rated, windows, recorder, ledger, clock, new TimerWheel(), dialer);
    }

    /** Ends the run early; everything else goes its usual way. */
    void interrupt() {
        interrupted = true;
        clock.endAt(System.nanoTime());
    }

    /** A loop has failed: the next tick ends the run. */
    private void failed(Throwable cause) {
        failure = cause;
        clock.endAt(System.nanoTime());
    }

    /** @throws GeneratorFailed at most a tick after a loop has failed */
    Measurements play() throws IOException {
        long startMillis = System.currentTimeMillis();
        int loopCount = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        for (int i = 0; i < loopCount; i++) {
            loops.add(new Loop("load-" + i, (loop, cause) -> failed(cause)));
        }
        try (LagProbe probe = new LagProbe(loops)) {
            List<Arrival> arrivals = schedule();
            Thread door = Thread.ofPlatform().daemon(true).name("door").start(() -> startUsers(arrivals));
            tickUntilEnd(probe);
            double sendSeconds = (Math.min(System.nanoTime(), clock.end()) - clock.start) / 1e9;
            drain(probe);
            clock.drained();
            probe.stopMeasuring();
            while (door.isAlive()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            players.values().forEach(SimulatedUser::endRun);
            awaitUsers(probe);
            ledger.close();
            tick(probe);
            progress.end();
            return measurements(probe, startMillis, sendSeconds);
        } finally {
            context.pacer().close();
            loops.forEach(Loop::close);
        }
    }

    private record Arrival(long on, SimulatedUser user, Loop loop) {}

    /** Each when it comes: a user that waits for its turn costs nothing. */
    private void startUsers(List<Arrival> arrivals) {
        for (Arrival each : arrivals) {
            sleepUntil(clock.start + each.on());
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
                arrivals.add(new Arrival(turns.getFirst().on(), user, loop));
            }
        }
        arrivals.sort(Comparator.comparingLong(Arrival::on));
        return arrivals;
    }

    private void tickUntilEnd(LagProbe probe) throws IOException {
        lastTick = clock.start;
        lastMillis = System.currentTimeMillis();
        while (System.nanoTime() < clock.end()) {
            sleepUntil(Math.min(lastTick + TICK, clock.end()));
            if (System.nanoTime() >= Math.min(lastTick + TICK, clock.end())) {
                tick(probe);
            }
            if (everythingSaid()) {
                clock.endAt(System.nanoTime());
            }
        }
    }

    /** With a number of messages each: whether all that are matched have said theirs, and nobody is matched any more. */
    private boolean everythingSaid() {
        long matched = counters.matched.sum();
        return counters.saidAll.sum() > 0
                && System.nanoTime() - clock.start > new Schedule(scenario).rampEnd() + QUIET
                && counters.saidAll.sum() >= matched
                && matched == before.get("matched");
    }

    private void sleepUntil(long time) {
        for (long left = time - System.nanoTime(); left > 0; left = Math.min(time, clock.end()) - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
        }
    }

    /**
     * Waits until nothing is on its way to users that are still there, at most as long as the scenario says. Other
     * processes may have begun a little later: their users speak on to this one's, until nothing has come for a while.
     */
    private void drain(LagProbe probe) throws IOException {
        long deadline = System.nanoTime() + scenario.waits().drain();
        long arrived = counters.delivered.sum();
        long arrivedAt = System.nanoTime();
        while (System.nanoTime() < deadline
                && (options.shares() > 1
                        ? System.nanoTime() - arrivedAt < QUIET
                        : counters.delivered.sum() < counters.sent.sum() && MessagesInFlight.of(players, ledger) > 0)) {
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
        LatencyRecorders.Interval latencies = latency.drain();
        LagProbe.Interval interval = probe.interval();
        peakRss = Math.max(peakRss, interval.rssBytes());
        Map<String, Long> totals = counters.totals();
        double length = Math.max(0.001, (now - lastTick) / 1e9);
        Timeline.Row row = row(totals, latencies, interval, (now - clock.start) / 1e9, length);
        timeline.add(row);
        progress.row(row, RunCounters.faults(totals), totals.get("failed"));
        watcher.tick(row, latencies, lastMillis, millis);
        before = totals;
        lastTick = now;
        lastMillis = millis;
    }

    private Timeline.Row row(
            Map<String, Long> totals,
            LatencyRecorders.Interval latencies,
            LagProbe.Interval interval,
            double seconds,
            double length) {
        return new Timeline.Row(
                seconds,
                length,
                counters.connections.sum(),
                counters.chatting.sum(),
                since("sent", totals),
                since("delivered", totals),
                since("bytesDelivered", totals),
                since("connected", totals),
                since("failed", totals),
                RunCounters.faults(totals) - RunCounters.faults(before),
                latencies.intended().getValueAtPercentile(50),
                latencies.intended().getValueAtPercentile(99),
                latencies.intended().getValueAtPercentile(99.9),
                latencies.intended().getMaxValue(),
                latencies.actual().getValueAtPercentile(50),
                latencies.actual().getValueAtPercentile(99),
                latencies.connect().getValueAtPercentile(99),
                latencies.match().getValueAtPercentile(99),
                latencies.lateness().getValueAtPercentile(99),
                interval.lagMax(),
                interval.cpuPercent(),
                interval.gcMillis(),
                interval.rssBytes());
    }

    private long since(String name, Map<String, Long> totals) {
        return totals.get(name) - before.get(name);
    }

    private Measurements measurements(LagProbe probe, long startMillis, double sendSeconds) {
        Map<String, Histogram[]> byPersona = new LinkedHashMap<>();
        for (int i = 0; i < scenario.personas().size(); i++) {
            if (latency.intended[i] != null) {
                byPersona.put(
                        scenario.personas().get(i).name(),
                        new Histogram[] {latency.intended[i].total, latency.actual[i].total});
            }
        }
        return new Measurements(
                scenario.name(),
                options.url().toString(),
                startMillis,
                sendSeconds,
                scenario.clients(),
                scenario.seed(),
                counters.totals(),
                latency.allIntended,
                latency.allActual,
                latency.connect.total,
                latency.match.total,
                latency.toSlowReaders.total,
                latency.overResumes.total,
                byPersona,
                errors.counts(),
                errors.examples(),
                new Measurements.Generator(
                        latency.lateness.total,
                        probe.lag(),
                        probe.cpuSeconds(),
                        probe.gcShare(),
                        peakRss,
                        loops.size()),
                interrupted,
                timeline.rows());
    }
}
