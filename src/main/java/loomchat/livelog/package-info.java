/**
 * The live log: what is appended to {@code chat-logs.jsonl}, shown to people while it happens. Reads the file, never
 * the server's memory, so that a reader cannot slow the chat down.
 *
 * <pre>
 *  chat-logs.jsonl ─▶ LogTail ─▶ LiveLog ─▶ LiveLogReader (one per client) ─▶ LogPage ─▶ server-sent events
 * </pre>
 *
 * <p>One thread of low priority, {@code live-log-N}, follows the file while there are readers and adds relayed
 * messages up by second; it may block on the disk. Without readers there is no such thread. Each reader's own
 * thread waits for entries. Everything that waits for a slow reader is bounded, and what is left out is counted.
 * Uses {@code report.scan} for lines and files and {@code report.history} for the exception of a bad query;
 * nothing there uses this package.
 */
package loomchat.livelog;
