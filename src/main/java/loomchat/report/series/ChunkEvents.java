package loomchat.report.series;

import java.util.List;

/** Events of one chunk of a log whose order matters; appended chunk by chunk in file order. One thread at a time. */
public record ChunkEvents(RunEvents runEvents, AliveIntervals alive, GraphMarks marks) {
    public ChunkEvents() {
        this(new RunEvents(), new AliveIntervals(), new GraphMarks());
    }

    /** The events of several chunks that follow each other in a file. */
    public static ChunkEvents joined(List<ChunkEvents> chunks) {
        ChunkEvents joined = new ChunkEvents();
        for (ChunkEvents each : chunks) {
            joined.runEvents.append(each.runEvents);
            joined.alive.append(each.alive);
            joined.marks.append(each.marks);
        }
        return joined;
    }
}
