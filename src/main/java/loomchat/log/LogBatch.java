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

    private final LineEncoder events = new LineEncoder(EVENT_BYTES);
    private final LineEncoder samples = new LineEncoder(SAMPLE_BYTES);
    private final EventLines eventLines = new EventLines(events);
    private final EventLines sampleLines = new EventLines(samples);
    private ByteBuffer eventBytes = events.buffer();
    private ByteBuffer sampleBytes = samples.buffer();
    private long seq;
    private long lastEventMillis;
    private long lastSampleMillis;

    void clear() {
        events.clear();
        samples.clear();
    }

    boolean isFull() {
        return events.isFull() || samples.isFull();
    }

    /** Takes from {@code ring} what fits; true when there was anything. */
    boolean fill(EventRing ring) {
        boolean any = false;
        while (!isFull() && ring.next()) {
            any = true;
            if (ring.size() == EventRing.OBJECT) {
                add(ring.object());
            } else {
                relay(ring);
            }
        }
        ring.release();
        return any;
    }

    /** The relayed message that {@code ring} has just taken. */
    void relay(EventRing ring) {
        eventLines.relay(ring.millis(), ++seq, ring.session(), ring.pair(), ring.size());
        lastEventMillis = ring.millis();
    }

    /** What cannot be encoded is a fault of the program: it is reported, and the line left out whole. */
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
        } catch (RuntimeException e) {
            events.cutTo(eventMark);
            samples.cutTo(sampleMark);
            LOG.log(Level.ERROR, "Not recorded: " + object, e);
        }
    }

    /** Nothing is added from here on until {@link #clear}. */
    void seal() {
        eventBytes = events.buffer();
        sampleBytes = samples.buffer();
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

    /** Lines of which at least the end is not written. */
    int remainingLines() {
        return newlines(eventBytes, eventBytes.position()) + newlines(sampleBytes, sampleBytes.position());
    }

    private static int newlines(ByteBuffer lines, int start) {
        int count = 0;
        for (int i = start; i < lines.limit(); i++) {
            count += lines.get(i) == '\n' ? 1 : 0;
        }
        return count;
    }
}
