/**
 * The program: its commands, its settings, and the life cycle of a server. Wires the packages below together in the
 * order in which data flows, and holds nothing that is done for each message.
 *
 * <pre>
 *   browser, client ──▶ net ──▶ web ──▶ ws ──▶ chat ──▶ log ──▶ files ──▶ report, livelog ──▶ web ──▶ browser
 *                       │       HTTP,   frames pairs    queue,  (the only
 *                       │       hand-          relay    writer  link)
 *                       │       shake
 *                       └ loops carry a virtual thread for each connection
 * </pre>
 *
 * <table>
 * <caption>Threads</caption>
 * <tr><th>thread</th><th>how many</th><th>owns</th><th>may block on</th></tr>
 * <tr><td>loop (platform)</td><td>half the cores</td><td>its selector, its virtual threads</td>
 *     <td>the selector</td></tr>
 * <tr><td>connection (virtual, on a loop)</td><td>one per client</td><td>its read loop, its session's transitions</td>
 *     <td>its own read, its partner's write (bounded), the event queue</td></tr>
 * <tr><td>acceptor (platform)</td><td>1</td><td>the listening socket</td><td>accept</td></tr>
 * <tr><td>request (virtual, JDK's scheduler)</td><td>one per HTTP request</td><td>its response</td>
 *     <td>a shared scan, the disk, its client</td></tr>
 * <tr><td>log writer, sync, keeper (platform)</td><td>1 each</td><td>the log files</td>
 *     <td>the event queue, the disk</td></tr>
 * <tr><td>state-watch (platform)</td><td>1</td><td>the files that commands change: bans, operators, keys</td>
 *     <td>the disk</td></tr>
 * <tr><td>sessions, blocks writers (platform)</td><td>1 each</td><td>the files of identities and blocks</td>
 *     <td>the disk</td></tr>
 * <tr><td>jwks (platform)</td><td>one per other issuer</td><td>its keys</td><td>the disk, the network</td></tr>
 * <tr><td>sampler, reaper (platform)</td><td>1 each</td><td>the last totals; overdue connections</td>
 *     <td>the clock</td></tr>
 * <tr><td>state-watch (platform)</td><td>1</td><td>following bans and operators' tokens</td><td>the disk</td></tr>
 * <tr><td>report (platform, low priority)</td><td>the cores and 1</td><td>a scan</td><td>the disk</td></tr>
 * <tr><td>fatal-error (platform)</td><td>2</td><td>the end of a server that failed</td>
 *     <td>nothing until then</td></tr>
 * <tr><td>main</td><td>1</td><td>life cycle</td><td>the shutdown signal</td></tr>
 * </table>
 *
 * <p>{@code docs/architecture.md} follows a message, a log line and a match through all of it.
 */
package loomchat;
