package loomchat.cluster.redis;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import loomchat.counters.Durations;

/** How long Redis takes to answer, by what was asked, and how many requests it did not answer. Any thread. */
public final class RedisTimings {
    /** Whatever is not a script worth a line of its own. */
    static final String COMMAND = "command";

    private final Map<String, Durations> byOperation = new LinkedHashMap<>();
    private final LongAdder failures = new LongAdder();

    RedisTimings() {
        for (String each : new String[] {"seek", "claim", "beat", COMMAND}) {
            byOperation.put(each, Durations.ofMicros());
        }
    }

    /** @param took from when the request went out until its reply was read, with those that went out together */
    void answered(RedisCall call, long took) {
        byOperation.getOrDefault(call.operation(), byOperation.get(COMMAND)).add(took);
    }

    void failed() {
        failures.increment();
    }

    /** By operation. */
    public Map<String, Durations> all() {
        return byOperation;
    }

    /** Requests that failed, or that were not sent because there was no connection. */
    public long failures() {
        return failures.sum();
    }
}
