package loomchat.loadtest;

import java.util.List;

/** Everything that a run measures while it goes on: counts, errors by kind, times. Any thread adds. */
record RunRecorder(RunCounters counters, ErrorCounts errors, LatencyRecorders latency) {
    RunRecorder(List<Persona> personas) {
        this(new RunCounters(), new ErrorCounts(), new LatencyRecorders(personas));
    }
}
