package loomchat.report.render;

import java.util.Arrays;
import java.util.List;

/** What the report calls its graphs, for tests of what shall look like it. */
public final class ReportNames {
    private ReportNames() {}

    /** Titles of the graphs that say how busy the servers are, in order. */
    public static List<String> graphs() {
        return Arrays.stream(Graph.values())
                .filter(each -> each != Graph.SAFETY)
                .map(each -> each.title)
                .toList();
    }

    /** Names of the lines of a graph. */
    public static List<String> lines(String title) {
        return Arrays.stream(Graph.values())
                .filter(each -> each.title.equals(title))
                .flatMap(each -> each.lines.stream())
                .map(Graph.Line::label)
                .toList();
    }
}
