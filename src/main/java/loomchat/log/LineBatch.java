package loomchat.log;

import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;

/**
 * The lines that are written next: encoded from the ring, numbered, and kept until both files have them. Used by the
 * log writer only.
 */
final class LineBatch {
    private static final System.Logger LOG = System.getLogger(LineBatch.class.getName());
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
    /** The event last taken off the ring is not encoded yet. */
    private boolean pending;

    private int tries;
    private long seq;
    private long lastEventMillis;
    private long lastSampleMillis;

    /** Begins anew. No old line is written again, even if there is too little memory to shrink the buffers. */
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
     * Takes events from {@code ring} until the batch is full; true when there was any. After an {@link Error} the
     * events taken before are whole lines here, and the next call goes on with the one that could not be encoded.
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

    /** Adds the relayed message that {@code ring} has just returned. */
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
     * Adds an {@link Event} or a {@link Sample}. An exception is a fault of the program: it is logged, and the line
     * left out whole. An {@link Error} may pass: it is thrown, and the caller may try again, up to
     * {@value #MOST_TRIES} times, or without end where the machine lacks something.
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

    /** No line is added from here on until {@link #clear}. Needs no memory. */
    void seal() {
        if (!sealed) {
            eventBytes = events.buffer();
            sampleBytes = samples.buffer();
            sealed = true;
        }
    }

    /** Whether the batch was sealed and not cleared since. */
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

    /** Lines whose end is not written, and an event that is not encoded yet. */
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
