/**
 * Graphs over time, of whatever has them: the report, comparisons of it, a load test. A {@link
 * loomchat.graph.TimeGraph} is drawn as SVG, written as a figure of a page, and as the data from which {@code
 * report-graphs.js} draws it again with a cursor and zoom. Numbers and times for people. Pure functions: no file, no
 * clock, no thread of its own.
 */
package loomchat.graph;
