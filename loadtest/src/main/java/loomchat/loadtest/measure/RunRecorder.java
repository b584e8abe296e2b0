package loomchat.loadtest.measure;

import java.util.List;
import loomchat.loadtest.scenario.Persona;

/** Everything that a run measures while it goes on: counts, errors by kind, times. Any thread adds. */
public record RunRecorder(RunCounters counters, ErrorCounts errors, LatencyRecorders latency) {
    public RunRecorder(List<Persona> personas) {
        this(
                new RunCounters(personas.stream().anyMatch(each -> each.identity() != null)),
                new ErrorCounts(),
                new LatencyRecorders(personas));
    }
}
