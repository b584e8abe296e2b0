/**
 * Load tests as the history knows them, and two of them or two ranges side by side, with their noise in view. It reads
 * {@link loomchat.report.history.Report reports} and no file; everything is made by the thread that renders.
 */
package loomchat.report.compare;
