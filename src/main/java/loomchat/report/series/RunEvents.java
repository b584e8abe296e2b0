package loomchat.report.series;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What the log says about server runs, in file order: starts, stops, the times between which lines were written, and
 * those in which none could be.
 * One thread at a time. Bounded: beyond {@link #MOST} events, starts and stops are counted and not kept.
 */
public final class RunEvents {
    static final int MOST = 20_000;

    /** In the order in which rollups number them. */
    public enum Kind {
        LINES,
        START,
        STOP,
        STALL
    }

    /** A start or a stop at {@code from}; lines of a run, or a stall of the log, between both times. */
    public record RunEvent(Kind kind, long from, long to) {}

    private final List<RunEvent> events = new ArrayList<>();
    private long startsLeftOut;
    private long stopsLeftOut;

    public void add(RunEvent event) {
        if (event.kind == Kind.LINES && !events.isEmpty() && events.getLast().kind == Kind.LINES) {
            RunEvent last = events.removeLast();
            events.add(new RunEvent(Kind.LINES, last.from, Math.max(last.to, event.to)));
        } else if (events.size() < MOST) {
            events.add(event);
        } else {
            startsLeftOut += event.kind == Kind.START ? 1 : 0;
            stopsLeftOut += event.kind == Kind.STOP ? 1 : 0;
        }
    }

    /** Appends the events that come after these in the file. */
    void append(RunEvents next) {
        next.events.forEach(this::add);
        leftOut(next.startsLeftOut, next.stopsLeftOut);
    }

    public void leftOut(long starts, long stops) {
        startsLeftOut += starts;
        stopsLeftOut += stops;
    }

    public List<RunEvent> all() {
        return Collections.unmodifiableList(events);
    }

    public long startsLeftOut() {
        return startsLeftOut;
    }

    public long stopsLeftOut() {
        return stopsLeftOut;
    }
}
