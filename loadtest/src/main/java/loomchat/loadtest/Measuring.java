package loomchat.loadtest;

import java.util.List;

/** Everything that a run measures while it goes on: counts, errors by kind, times. Any thread adds. */
record Measuring(Tally tally, Errors errors, Latency latency) {
    Measuring(List<Persona> personas) {
        this(new Tally(), new Errors(), new Latency(personas));
    }
}
