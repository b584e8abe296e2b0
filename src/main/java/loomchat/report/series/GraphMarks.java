package loomchat.report.series;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;

/** Marks in the order in which they were read, the newest {@link #MOST} of them. One thread at a time. */
public final class GraphMarks {
    public static final int MOST = 2_000;

    private final Deque<GraphMark> marks = new ArrayDeque<>();
    private long leftOut;

    public void add(GraphMark mark) {
        if (marks.size() == MOST) {
            marks.removeFirst();
            leftOut++;
        }
        marks.addLast(mark);
    }

    public void append(GraphMarks next) {
        next.marks.forEach(this::add);
        leftOut += next.leftOut;
    }

    public void leftOut(long more) {
        leftOut += more;
    }

    public long leftOut() {
        return leftOut;
    }

    public Collection<GraphMark> all() {
        return Collections.unmodifiableCollection(marks);
    }
}
