package loomchat.report.history;

/**
 * A server that answers and cannot write its log now.
 *
 * @param since when it could write last, on the wall clock
 * @param cause the system's error message
 */
public record LogStall(long since, String cause) {}
