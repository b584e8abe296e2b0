package loomchat.identity.bans;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import loomchat.identity.store.SharedFile;

/**
 * {@code bans.jsonl} as one process follows it: what others append, and what this one does. A file that is written anew
 * begins with a line of its own that no other file has, because the system may give a new file the key of an old one.
 * One thread at a time; blocks on the disk. Memory: one piece of {@link #PIECE_BYTES}.
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
    /** Enough for the line with which a rewritten file begins. */
    private static final int HEAD_BYTES = 128;

    private static final byte[] REWRITTEN = "{\"rewritten\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final Object UNREAD = new Object();

    private final SharedFile file;

    // What was read: which file, how it begins, up to where, and whether `at` lies within a line that is too long.
    private Object key = UNREAD;
    private byte[] head = {};
    /** How it was before it was read last; then nothing has to be read again. */
    private SharedFile.State seen;

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
        if (!state.equals(seen)) {
            if (state.size() < at || !isSame(state)) {
                sink.restart();
                begin(state.key());
                readHead();
            }
            boolean more = state.size() > at;
            while (more) {
                more = take(file.read(at, PIECE_BYTES), sink);
            }
            if (!isSame(file.state())) {
                return false;
            }
            readHead();
            seen = state;
        }
        sink.end();
        return true;
    }

    private boolean isSame(SharedFile.State state) throws IOException {
        return Objects.equals(state.key(), key) && (head.length == 0 || Arrays.equals(file.read(0, head.length), head));
    }

    private void readHead() throws IOException {
        if (key != null && head.length < HEAD_BYTES) {
            head = file.read(0, HEAD_BYTES);
        }
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
            byte[] content = whole(all);
            file.replace(content);
            begin(file.state().key());
            head = Arrays.copyOf(content, Math.min(content.length, HEAD_BYTES));
            at = content.length;
            lines = all.size();
        });
    }

    private void begin(Object newKey) {
        key = newKey;
        head = new byte[0];
        seen = null;
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
        } else if (to > from && !isRewritten(piece, from, to)) {
            damaged++;
        }
    }

    private static boolean isRewritten(byte[] piece, int from, int to) {
        int end = Math.min(to, from + REWRITTEN.length);
        return Arrays.equals(piece, from, end, REWRITTEN, 0, REWRITTEN.length);
    }

    private static byte[] whole(List<BanLine> all) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(REWRITTEN);
        bytes.writeBytes((UUID.randomUUID() + "\"}\n").getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(bytes(all));
        return bytes.toByteArray();
    }

    private static byte[] bytes(List<BanLine> all) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        all.forEach(each -> bytes.writeBytes(each.bytes()));
        return bytes.toByteArray();
    }
}
