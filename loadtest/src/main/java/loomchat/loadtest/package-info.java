/**
 * The load client: plays a population of users against any server that speaks the plain protocol and proves, message by
 * message, what arrived.
 *
 * <pre>
 *   StressCommand → StressOptions, ScenarioFile       what to play, checked before any work
 *          → Run                         one run: starts users, ticks once a second, drains, ends
 *              Schedule                  when each user is on
 *              SimulatedUser, one per client      plays its persona's script: connect, wait, send, leave (virtual thread)
 *              Receiver, one per connection reads, checks every message, keeps the latency (virtual thread)
 *              DeliveryLedger                    settles both sides of a chat: lost, cut off, …
 *              LagProbe                     watches the generator itself
 *          → Summary                     figures and verdict → terminal, files, page
 * </pre>
 *
 * <table>
 *   <caption>Threads</caption>
 *   <tr><th>thread</th><th>how many</th><th>owns</th><th>may block on</th></tr>
 *   <tr><td>user (virtual)</td><td>one per client</td><td>the script, the sending side of its chats</td><td>timers, its own socket</td></tr>
 *   <tr><td>inbox (virtual)</td><td>one per connection of a sending persona</td><td>the receiving side of its chats</td><td>its own socket</td></tr>
 *   <tr><td>pulse (platform)</td><td>1</td><td>the generator's own lateness</td><td>sleep</td></tr>
 *   <tr><td>main</td><td>1</td><td>life cycle, the tick, all output</td><td>sleep, files</td></tr>
 * </table>
 *
 * <p>A sending user has two threads because one that is blocked in a send must still read: two partners that both wait for
 * the other to read would otherwise be a deadlock of the generator's own making.
 */
package loomchat.loadtest;
