package loomchat.report;

import java.util.List;

/** What a chunk of a log says that has an order: appended chunk by chunk in file order. One thread at a time. */
record ChunkEvents(Edges edges, Spans spans, Marks marks) {
    ChunkEvents() {
        this(new Edges(), new Spans(), new Marks());
    }

    /** What several chunks that follow each other in a file say together. */
    static ChunkEvents joined(List<ChunkEvents> chunks) {
        ChunkEvents joined = new ChunkEvents();
        for (ChunkEvents each : chunks) {
            joined.edges.append(each.edges);
            joined.spans.append(each.spans);
            joined.marks.append(each.marks);
        }
        return joined;
    }
}
