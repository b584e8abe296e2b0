package loomchat.log;

import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;

/**
 * The lines that are written next: filled from the ring, numbered, and kept until both files have taken them. Used by the log writer
 * only.
 */
final class LogBatch {
    private static final System.Logger LOG = System.getLogger(LogBatch.class.getName());
    private static final int EVENT_BYTES = 1 << 18;
    private static final int SAMPLE_BYTES = 1 << 15;
    private static final int MOST_TRIES = 3;

    private final LineEncoder events = new LineEncoder(EVENT_BYTES);
    private final LineEncoder samples = new LineEncoder(SAMPLE_BYTES);
    private final EventLines eventLines = new EventLines(events);
    private final EventLines sampleLines = new EventLines(samples);
    private ByteBuffer eventBytes = events.buffer();
    private ByteBuffer sampleBytes = samples.buffer();
    private boolean sealed;
    /** What the ring gave last is not encoded yet. */
    private boolean pending;

    private int tries;
    private long seq;
    private long lastEventMillis;
    private long lastSampleMillis;

    /** Begins anew. Nothing of what was there is written again, also when memory is too short to give some back. */
    void clear() {
        sealed = false;
        events.cutTo(0);
        samples.cutTo(0);
        events.clear();
        samples.clear();
    }

    boolean isFull() {
        return events.isFull() || samples.isFull();
    }

    /**
     * Takes from {@code ring} what fits; true when there was anything. After an {@link Error} what was taken before
     * is there in whole lines, and the next call goes on with what could not be encoded.
     */
    boolean fill(EventRing ring) {
        boolean any = false;
        try {
            while (!isFull() && (pending || ring.next())) {
                any = true;
                pending = true;
                if (ring.size() == EventRing.OBJECT) {
                    add(ring.object());
                } else {
                    relay(ring);
                }
                pending = false;
            }
            return any;
        } finally {
            ring.release();
        }
    }

    /** The relayed message that {@code ring} has just taken. */
    void relay(EventRing ring) {
        int mark = events.length();
        try {
            eventLines.relay(ring.millis(), seq + 1, ring.session(), ring.pair(), ring.size());
            seq++;
            lastEventMillis = ring.millis();
            tries = 0;
        } catch (RuntimeException | Error e) {
            events.cutTo(mark);
            leaveOutOrThrow(e, "a relayed message");
        }
    }

    /**
     * What cannot be encoded is a fault of the program: it is reported, and the line left out whole. An {@link Error}
     * may pass: it is thrown, and the caller may try the same again, up to {@value #MOST_TRIES} times unless it is
     * the machine that is short of something.
     */
    void add(Object object) {
        int eventMark = events.length();
        int sampleMark = samples.length();
        try {
            switch (object) {
                case Event event -> {
                    eventLines.event(event, seq + 1);
                    seq++;
                    lastEventMillis = event.millis();
                }
                case Sample sample -> {
                    sampleLines.sample(sample);
                    lastSampleMillis = sample.time();
                }
                default -> throw new IllegalArgumentException("neither event nor sample");
            }
            tries = 0;
        } catch (RuntimeException | Error e) {
            events.cutTo(eventMark);
            samples.cutTo(sampleMark);
            leaveOutOrThrow(e, object.getClass().getSimpleName());
        }
    }

    private void leaveOutOrThrow(Throwable fault, String what) {
        if (fault instanceof Error error && (error instanceof VirtualMachineError || ++tries < MOST_TRIES)) {
            throw error;
        }
        tries = 0;
        LOG.log(Level.ERROR, "Not recorded: " + what, fault);
    }

    /** Nothing is added from here on until {@link #clear}. Needs no memory. */
    void seal() {
        if (!sealed) {
            eventBytes = events.buffer();
            sampleBytes = samples.buffer();
            sealed = true;
        }
    }

    /** Whether there are lines to be written, to which none may be added. */
    boolean isSealed() {
        return sealed;
    }

    ByteBuffer events() {
        return eventBytes;
    }

    ByteBuffer samples() {
        return sampleBytes;
    }

    long lastEventMillis() {
        return lastEventMillis;
    }

    long lastSampleMillis() {
        return lastSampleMillis;
    }

    int lines() {
        return newlines(eventBytes, 0) + newlines(sampleBytes, 0);
    }

    /** Lines of which at least the end is not written, and what could not be encoded yet. */
    int remainingLines() {
        return (pending ? 1 : 0)
                + newlines(eventBytes, eventBytes.position())
                + newlines(sampleBytes, sampleBytes.position());
    }

    private static int newlines(ByteBuffer lines, int start) {
        int count = 0;
        for (int i = start; i < lines.limit(); i++) {
            count += lines.get(i) == '\n' ? 1 : 0;
        }
        return count;
    }
}
