package loomchat.loadtest.measure;

/**
 * What a server said of itself for a while of a run.
 *
 * @param seconds from the start of the run to the middle of the while
 * @param cpuPercent 100 is one core; NaN where it is not known
 * @param rssBytes resident memory; NaN where it is not known
 */
public record ServerLoad(double seconds, double cpuPercent, double rssBytes) {}
