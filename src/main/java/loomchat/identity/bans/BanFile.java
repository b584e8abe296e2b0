package loomchat.identity.bans;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import loomchat.identity.store.SharedFile;

/**
 * {@code bans.jsonl} as one process follows it: what others append, and what this one does. One thread at a time;
 * blocks on the disk. Memory: one piece of {@link #PIECE_BYTES}.
 */
final class BanFile {
    /** Takes what a look at the file finds. */
    interface Sink {
        /** The file is another one than before: what was read so far does not count. */
        void restart();

        void line(BanLine line);

        /** That was all for now. */
        void end();
    }

    static final String NAME = "bans.jsonl";

    private static final int PIECE_BYTES = 256 * 1024;
    /** A longer line is not one of ours. */
    private static final int LONGEST_LINE = 8 * 1024;

    private static final int MOST_TRIES = 3;
    private static final Object UNREAD = new Object();

    private final SharedFile file;

    // What was read: which file, up to where, and whether `at` lies within a line that is too long.
    private Object key = UNREAD;
    private long at;
    private boolean skipping;
    private long lines;
    private long damaged;

    BanFile(SharedFile file) {
        this.file = file;
    }

    /** Lines that could be read, since the beginning of the file. */
    long lines() {
        return lines;
    }

    /** Lines that were skipped. */
    long damaged() {
        return damaged;
    }

    /** Reads whole lines that are new. The rest of a line that somebody is writing comes with a later call. */
    void read(Sink sink) throws IOException {
        for (int i = 0; i < MOST_TRIES; i++) {
            try {
                if (readOnce(sink)) {
                    return;
                }
            } catch (IOException e) {
                begin(UNREAD);
                throw e;
            }
            begin(UNREAD);
        }
        throw new IOException("it is replaced again and again");
    }

    /** False when the file was replaced meanwhile. */
    private boolean readOnce(Sink sink) throws IOException {
        SharedFile.State state = file.state();
        if (!Objects.equals(state.key(), key) || state.size() < at) {
            sink.restart();
            begin(state.key());
        }
        boolean more = state.size() > at;
        while (more) {
            byte[] piece = file.read(at, PIECE_BYTES);
            if (!Objects.equals(file.state().key(), key)) {
                return false;
            }
            more = take(piece, sink);
        }
        sink.end();
        return true;
    }

    /** Appends lines, behind all that others wrote until then. */
    void append(List<BanLine> added, Sink sink) throws IOException {
        file.change(() -> {
            read(sink);
            file.append(bytes(added));
            read(sink);
        });
    }

    /** Writes the file anew with the lines that {@code kept} gives when everything was read. */
    void rewrite(Sink sink, Supplier<List<BanLine>> kept) throws IOException {
        file.change(() -> {
            read(sink);
            List<BanLine> all = kept.get();
            file.replace(bytes(all));
            SharedFile.State state = file.state();
            begin(state.key());
            at = state.size();
            lines = all.size();
        });
    }

    private void begin(Object newKey) {
        key = newKey;
        at = 0;
        skipping = false;
        lines = 0;
        damaged = 0;
    }

    /** Returns whether there may be more. */
    private boolean take(byte[] piece, Sink sink) {
        int from = 0;
        for (int i = 0; i < piece.length; i++) {
            if (piece[i] == '\n') {
                line(piece, from, i, sink);
                from = i + 1;
            }
        }
        if (piece.length - from > LONGEST_LINE) {
            skipping = true;
            from = piece.length;
        }
        at += from;
        return from > 0 && piece.length == PIECE_BYTES;
    }

    private void line(byte[] piece, int from, int to, Sink sink) {
        boolean tooLong = skipping || to - from > LONGEST_LINE;
        skipping = false;
        BanLine line = tooLong ? null : BanLine.read(piece, from, to);
        if (line != null) {
            lines++;
            sink.line(line);
        } else if (to > from) {
            damaged++;
        }
    }

    private static byte[] bytes(List<BanLine> all) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        all.forEach(each -> bytes.writeBytes(each.bytes()));
        return bytes.toByteArray();
    }
}
