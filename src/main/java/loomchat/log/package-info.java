/**
 * The record: what happened goes in as events, and comes to rest in files.
 *
 * <pre>
 *  connections ── Event ──▶ EventRing ──▶ LogWriter ──▶ LogFile chat-logs.jsonl ──┐ full: renamed
 *  Sampler ────── Sample ─────▶          (LogBatch)  └▶ LogFile bandwidth.jsonl ──┤
 *                                            ▲                                    ▼
 *                                            └── stalls ── LogSync ── sealed ──▶ SegmentKeeper ──▶ SegmentListener
 * </pre>
 *
 * <table>
 * <caption>Threads</caption>
 * <tr><th>thread</th><th>owns</th><th>may block on</th></tr>
 * <tr><td>any, in {@link loomchat.log.EventLog#record}</td><td>nothing</td><td>a full ring, which is a bad disk</td></tr>
 * <tr><td>log-writer (platform)</td><td>the batch, the open files, the folder's lock</td><td>the disk's writes</td></tr>
 * <tr><td>log-sync (platform)</td><td>files that the writer let go of</td><td>the disk's syncs</td></tr>
 * <tr><td>log-keeper (platform)</td><td>sealed files, what is removed</td><td>the listener, the disk</td></tr>
 * <tr><td>sampler (platform)</td><td>the totals at the last sample</td><td>the clock, a full ring</td></tr>
 * </table>
 *
 * <p>At the start, before any of them runs, {@code TornTail} mends what the run before left.
 */
package loomchat.log;
