/**
 * What a running server counts, each thing in one place: the samples of the log and {@code /metrics} read the same
 * counters. Any thread adds; reading takes no lock and may miss what is added at the same moment.
 */
package loomchat.counters;
