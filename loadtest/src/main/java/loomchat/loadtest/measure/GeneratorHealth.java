package loomchat.loadtest.measure;

/**
 * How the load generator itself fared.
 *
 * @param gcShare of the time that went into garbage collection
 * @param loops how many threads carried its users
 */
public record GeneratorHealth(double cpuSeconds, double gcShare, long peakRssBytes, int loops) {}
