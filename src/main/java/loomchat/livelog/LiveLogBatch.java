package loomchat.livelog;

import java.util.List;

/**
 * What a reader of the live log gets at once.
 *
 * @param leftOut lines that were wanted and are not among the entries, because there were too many
 */
public record LiveLogBatch(List<LogEntry> entries, long leftOut) {}
