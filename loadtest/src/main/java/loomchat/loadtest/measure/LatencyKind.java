package loomchat.loadtest.measure;

import java.util.EnumSet;
import java.util.Set;

/** The kinds of times that a run measures, each with the tag that names it in files. */
public enum LatencyKind {
    /** From when a message should have been sent until it arrived. */
    INTENDED("intended"),
    /** From when a message was sent until it arrived. */
    ACTUAL("actual"),
    /** Of TCP, TLS and the handshake together. */
    CONNECT("connect"),
    /** From when somebody asked for a partner until the match was announced to it; not of slow readers. */
    MATCH("match"),
    /** How late the generator itself woke up for a send. */
    LATENESS("lateness"),
    /** As {@link #INTENDED}, of messages to users who read slowly on purpose. */
    TO_SLOW_READERS("toSlowReaders"),
    /** As {@link #INTENDED}, of messages that waited for a connection to come back. */
    OVER_RESUMES("overResumes"),
    /** Of a request for a new session or a refresh. */
    SESSION("session"),
    /** From when a signal of a call should have been sent until it arrived. */
    SIGNAL("signal"),
    /** How late the generator's threads ran. */
    LAG("lag");

    /** The histogram log has an interval of these for each tick, and one interval of the others for the whole run. */
    public static final Set<LatencyKind> EACH_TICK = EnumSet.range(INTENDED, LATENESS);

    public static final Set<LatencyKind> AT_THE_END = EnumSet.range(TO_SLOW_READERS, LAG);

    private final String tag;

    LatencyKind(String tag) {
        this.tag = tag;
    }

    public String tag() {
        return tag;
    }
}
