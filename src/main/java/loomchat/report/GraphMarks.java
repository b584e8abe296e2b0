package loomchat.report;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;

/** Marks in the order they were read, the newest {@link #MOST} of them. One thread at a time. */
final class GraphMarks {
    static final int MOST = 2_000;

    private final Deque<GraphMark> marks = new ArrayDeque<>();
    private long leftOut;

    void add(GraphMark mark) {
        if (marks.size() == MOST) {
            marks.removeFirst();
            leftOut++;
        }
        marks.addLast(mark);
    }

    void append(GraphMarks next) {
        next.marks.forEach(this::add);
        leftOut += next.leftOut;
    }

    void leftOut(long more) {
        leftOut += more;
    }

    long leftOut() {
        return leftOut;
    }

    Collection<GraphMark> all() {
        return Collections.unmodifiableCollection(marks);
    }
}
