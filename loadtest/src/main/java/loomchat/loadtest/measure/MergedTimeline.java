package loomchat.loadtest.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import loomchat.loadtest.scenario.UsageError;

/** The timelines of several processes as one: second by second, counts added and the worst of what was measured. */
public final class MergedTimeline {
    private MergedTimeline() {}

    public static List<Timeline.Row> of(List<Path> files) throws IOException {
        TreeMap<Long, Timeline.Row> bySecond = new TreeMap<>();
        for (Path each : files) {
            for (Timeline.Row row : read(each)) {
                bySecond.merge((long) Math.ceil(row.seconds() - 0.5), row, Timeline.Row::beside);
            }
        }
        Timeline timeline = new Timeline();
        bySecond.values().forEach(timeline::add);
        return timeline.rows();
    }

    private static List<Timeline.Row> read(Path file) throws IOException {
        List<Timeline.Row> rows = new ArrayList<>();
        try (BufferedReader in = Files.newBufferedReader(file)) {
            if (!Timeline.Row.HEADER.equals(in.readLine())) {
                throw new UsageError(file + " has other columns than this version writes");
            }
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                rows.add(Timeline.Row.ofCsv(line));
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new UsageError(file + " is damaged: " + e.getMessage());
        }
        return rows;
    }
}
