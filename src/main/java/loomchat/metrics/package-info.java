/**
 * {@code /metrics}: what the server counts, in the text formats of Prometheus and OpenMetrics. Nothing is counted here;
 * a scrape reads the counters, and the library of the field writes the format.
 */
package loomchat.metrics;
