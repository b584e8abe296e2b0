package loomchat.loadtest.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import loomchat.loadtest.scenario.UsageError;

/**
 * The run over time, one row a second at first. Belongs to the tick. Bounded: when there are {@link #MOST_ROWS},
 * each two become one, with the sum of what was counted and the worst of what was measured.
 */
public final class Timeline {
    private static final int MOST_ROWS = 2400;

    private List<TimelineRow> rows = new ArrayList<>();
    private int rowsPerEntry = 1;
    private TimelineRow pending;
    private int pendingRows;

    /** Merges the timelines of several processes, second by second. */
    public static Timeline merged(List<Path> files) throws IOException {
        TreeMap<Long, TimelineRow> bySecond = new TreeMap<>();
        for (Path each : files) {
            for (TimelineRow row : read(each)) {
                long second = (long) Math.ceil(row.get(TimelineColumn.SECONDS) - 0.5);
                bySecond.merge(second, row, TimelineRow::beside);
            }
        }
        Timeline timeline = new Timeline();
        bySecond.values().forEach(timeline::add);
        return timeline;
    }

    /** The rows of a {@code timeline.csv}. */
    public static List<TimelineRow> read(Path file) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            if (!TimelineColumn.HEADER.equals(in.readLine())) {
                throw new UsageError(file + " has other columns than this version writes");
            }
            List<TimelineRow> rows = new ArrayList<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                rows.add(TimelineRow.ofCsv(line));
            }
            return rows;
        } catch (NoSuchFileException e) {
            throw new UsageError(file + " is missing");
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new UsageError(file + " is damaged: " + e.getMessage());
        }
    }

    public void add(TimelineRow row) {
        pending = pending == null ? row : pending.then(row);
        if (++pendingRows < rowsPerEntry) {
            return;
        }
        rows.add(pending);
        pending = null;
        pendingRows = 0;
        if (rows.size() == MOST_ROWS) {
            halve();
        }
    }

    private void halve() {
        List<TimelineRow> half = new ArrayList<>(MOST_ROWS);
        for (int i = 0; i < rows.size(); i += 2) {
            half.add(rows.get(i).then(rows.get(i + 1)));
        }
        rows = half;
        rowsPerEntry *= 2;
    }

    public List<TimelineRow> rows() {
        List<TimelineRow> all = new ArrayList<>(rows);
        if (pending != null) {
            all.add(pending);
        }
        return all;
    }
}
