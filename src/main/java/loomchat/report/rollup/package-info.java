/**
 * Rollups: the totals of a sealed segment in a file beside it, so that the segment needs no second reading and stays
 * in the history after it was removed. Used by the one thread that reads history; blocks on the disk. A rollup that
 * is damaged, or that belongs to another segment, is never used: it is made again from the lines.
 */
package loomchat.report.rollup;
