/**
 * From a query to a report: which segments and rollups are read, how server runs follow from starts, stops and
 * samples, and what the server does now. One query at a time, on the thread that asks; it waits for the disk and for
 * the scanning threads. Never formats anything.
 */
package loomchat.report.history;
