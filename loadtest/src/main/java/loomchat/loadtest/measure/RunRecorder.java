package loomchat.loadtest.measure;

import loomchat.loadtest.scenario.Scenario;

/** Everything that a run measures while it goes on: counts, errors by kind, times. Any thread adds. */
public record RunRecorder(RunCounters counters, ErrorCounts errors, LatencyRecorders latency) {
    public RunRecorder(Scenario scenario) {
        this(
                new RunCounters(scenario.identities(), scenario.cluster(), scenario.calls()),
                new ErrorCounts(),
                new LatencyRecorders(scenario.personas()));
    }
}
