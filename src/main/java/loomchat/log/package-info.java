/**
 * The record: events go in, lines in files come out. This package owns the log folder of a running server. It never
 * reads a line back, never sees message text, and drops nothing while it is open.
 *
 * <pre>
 *  connections ── Event ──▶ EventRing ──▶ LogWriter ──▶ chat-logs.jsonl ──┐ full: renamed
 *  Sampler ────── Sample ─────▶          (LineBatch) └▶ bandwidth.jsonl ──┤
 *                                            ▲                            ▼
 *                                            └── stalls ── LogSync ── sealed ──▶ SegmentKeeper ──▶ SegmentListener
 * </pre>
 *
 * <p>{@link loomchat.log.files} writes, syncs and repairs the files, {@link loomchat.log.retention} removes old ones;
 * neither knows this package.
 *
 * <table>
 * <caption>Threads</caption>
 * <tr><th>thread</th><th>owns</th><th>may block on</th></tr>
 * <tr><td>any, in {@link loomchat.log.EventLog#record}</td><td>nothing</td><td>a full ring (a bad disk)</td></tr>
 * <tr><td>log-writer (platform)</td><td>the batch, the open files, the folder lock</td><td>the disk's writes</td></tr>
 * <tr><td>log-sync (platform)</td><td>files that the writer has let go of</td><td>the disk's syncs</td></tr>
 * <tr><td>log-keeper (platform)</td><td>sealed files, and their removal</td><td>the listener, the disk</td></tr>
 * <tr><td>sampler (platform)</td><td>the totals at the last sample</td><td>the clock, a full ring</td></tr>
 * </table>
 *
 * <p>At the start, before any of them runs, {@code TornTailRepair} repairs the files that the run before left.
 */
package loomchat.log;
