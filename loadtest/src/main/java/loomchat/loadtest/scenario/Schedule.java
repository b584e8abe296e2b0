package loomchat.loadtest.scenario;

import java.util.ArrayList;
import java.util.List;

/** When each user of a scenario is connected: while the wanted number of clients is above the user's own number. */
public final class Schedule {
    /** From {@code on} until {@code off}, nanoseconds after the start of the run. */
    public record Turn(long on, long off) {}

    /** How many clients are wanted at a time; between two points their number is on a straight line. */
    public record Point(double seconds, int clients) {}

    private final Scenario scenario;

    public Schedule(Scenario scenario) {
        this.scenario = scenario;
    }

    /** The turns of user {@code number} in order; empty for a number that is never wanted. */
    public List<Turn> turns(int number) {
        List<Turn> turns = new ArrayList<>(1);
        long time = 0;
        long on = -1;
        int before = 0;
        for (Stage each : scenario.load().stages()) {
            int after = each.clients();
            long length = each.nanosFrom(before);
            if (number >= before && number < after) {
                on = time + length * (number - before) / (after - before);
            } else if (number >= after && number < before && on >= 0) {
                add(turns, on, time + length * (before - 1 - number) / (before - after));
                on = -1;
            }
            time += length;
            before = after;
        }
        if (on >= 0) {
            add(turns, on, scenario.duration());
        }
        return turns;
    }

    /** The wanted number of clients from the start to the end. */
    public List<Point> plan() {
        List<Point> plan = new ArrayList<>(List.of(new Point(0, 0)));
        long time = 0;
        int before = 0;
        for (Stage each : scenario.load().stages()) {
            time += each.nanosFrom(before);
            before = each.clients();
            plan.add(new Point(time / 1e9, before));
        }
        plan.add(new Point(Math.max(time, scenario.duration()) / 1e9, before));
        return plan;
    }

    /** When the last user of the ramp is due. */
    public long rampEnd() {
        long time = 0;
        long end = 0;
        int before = 0;
        for (Stage each : scenario.load().stages()) {
            time += each.nanosFrom(before);
            end = each.clients() > before ? time : end;
            before = each.clients();
        }
        return Math.min(end, scenario.duration());
    }

    private void add(List<Turn> turns, long on, long off) {
        if (on < scenario.duration()) {
            turns.add(new Turn(on, Math.min(off, scenario.duration())));
        }
    }
}
