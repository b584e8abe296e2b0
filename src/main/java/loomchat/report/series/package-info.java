/**
 * What lines add up to: totals of each log, distributions, series by bucket of time, and events in file order. Plain
 * sums in memory, each owned by one thread at a time and bounded whatever is added. Knows neither files nor the bytes
 * of a line.
 */
package loomchat.report.series;
