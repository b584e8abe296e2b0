package loomchat.livelog;

import java.util.List;

/**
 * The entries that a reader of the live log gets at once.
 *
 * @param leftOut lines that the filter accepts and that were dropped, because there were too many
 * @param excerpt how far the log was searched, with the entries of the history; null with all others
 */
public record LiveLogBatch(List<LogEntry> entries, long leftOut, LogExcerpt excerpt) {}
