package loomchat.loadtest.measure;

import java.util.function.ToDoubleFunction;

/**
 * One stretch of time of a run, with a value for each {@link TimelineColumn}. Built by one thread, then never
 * changed.
 */
public final class TimelineRow {
    private static final TimelineColumn[] COLUMNS = TimelineColumn.values();

    private final double[] values = new double[COLUMNS.length];

    private static TimelineRow of(ToDoubleFunction<TimelineColumn> value) {
        TimelineRow row = new TimelineRow();
        for (TimelineColumn each : COLUMNS) {
            row.put(each, value.applyAsDouble(each));
        }
        return row;
    }

    /** As {@link #csv} has written it. */
    static TimelineRow ofCsv(String line) {
        String[] fields = line.split(",", -1);
        TimelineRow row = new TimelineRow();
        for (TimelineColumn each : COLUMNS) {
            row.put(each, each.parse(fields[each.ordinal()], row));
        }
        return row;
    }

    public TimelineRow put(TimelineColumn column, double value) {
        values[column.ordinal()] = value;
        return this;
    }

    public double get(TimelineColumn column) {
        return values[column.ordinal()];
    }

    /** In seconds from the start of the run. */
    public double start() {
        return get(TimelineColumn.SECONDS) - get(TimelineColumn.LENGTH);
    }

    /** This row and the one after it as one. */
    public TimelineRow then(TimelineRow next) {
        return of(column -> column.then(this, next));
    }

    /** The same second of this process and of another one. */
    TimelineRow beside(TimelineRow other) {
        return of(column -> column.beside(this, other));
    }

    public String csv() {
        StringBuilder line = new StringBuilder();
        for (TimelineColumn each : COLUMNS) {
            line.append(line.isEmpty() ? "" : ",").append(each.csv(this));
        }
        return line.toString();
    }
}
