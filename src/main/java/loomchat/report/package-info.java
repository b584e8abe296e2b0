/**
 * The report: what the log files say about a range of time, for the web server and for the terminal. It reads files
 * only; nothing but these files links it to the live server, and it never writes a line of a log.
 *
 * <pre>
 *  web  ─▶ ReportService ─▶ HistoryReader ─▶ SegmentReader ─▶ LogScanner ─▶ LineReader ─▶ LogTotals
 *               │                                  └▶ RollupFiles (sealed segments that were summed up before)
 *               └▶ RenderedReport ─▶ page, JSON, CSV
 *  main ─▶ ReportCommand ─▶ HistoryReader, then text, JSON or CSV
 * </pre>
 *
 * <p>The sub-packages know each other in one direction: {@code render} → {@code history} → {@code rollup} →
 * {@code scan} → {@code series}. Each may use all that come behind it, and none that comes before it.
 *
 * <table>
 * <caption>Threads</caption>
 * <tr><th>thread</th><th>owns</th><th>may block on</th></tr>
 * <tr><td>request (virtual)</td><td>nothing</td><td>the answer, at most 25 s</td></tr>
 * <tr><td>report-0 (platform)</td><td>one scan at a time</td><td>the disk, the scanning threads</td></tr>
 * <tr><td>report-scan-N (platform)</td><td>a chunk's buffer, a line reader, its totals</td><td>the disk</td></tr>
 * <tr><td>report-write-0 (platform)</td><td>the report in one form</td><td>nothing</td></tr>
 * <tr><td>log-keeper, of the log</td><td>the rollup of a sealed segment</td><td>a running scan, the disk</td></tr>
 * </table>
 *
 * <p>The three platform threads have a low priority, so that a report never competes with the chat.
 */
package loomchat.report;
