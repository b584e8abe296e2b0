/**
 * The load client: plays a population of users against any server that speaks the plain protocol or
 * {@code chat.v1}, and proves, message by message, what arrived. Of the server it uses only {@code ws}, {@code net}
 * for the threads that carry its users, and {@code identity.work} to solve proofs of work. Packages know only those
 * below them:
 *
 * <pre>
 *   command   StressCommand → StressOptions           what to play, checked before any work
 *                           → Run                     one run: starts users, ticks once a second, drains, ends
 *                           → Summary                 measurements and verdict → terminal, files, page
 *   history   Regression, RunComparison               runs of the past beside this one, and the noise between them
 *   client    SimulatedUser, one per client           plays its persona's script: connect, wait, leave, come back
 *               Receiver, Sender                      the two ends of its connection
 *   target    Target, Dialer                          each server: probed, then connected to
 *   identity  VisitorIdentity, IdentityVisit          its tokens, over all of its visits and during one
 *   call      CallPlayer, one per visit              invites, answers, sends signals, hangs up
 *             CallLedger                              settles both sides of a call
 *   verify    MessageCheck, one per connection        every message: intact, of this run, once, in order
 *             DeliveryLedger                          settles both sides of a chat: lost, cut off, …
 *             Reconciliation                          the server's own counts beside the client's
 *   measure   RunCounters, LatencyRecorders, LagProbe what is counted and timed, the generator's own lateness too
 *   scenario  ScenarioFile → Scenario, Persona        what a run plays
 * </pre>
 *
 * <table>
 *   <caption>Threads</caption>
 *   <tr><th>thread</th><th>how many</th><th>owns</th><th>may block on</th></tr>
 *   <tr><td>user (virtual)</td><td>one per client</td><td>the script, the receiving part of its chats</td>
 *     <td>timers, its own socket</td></tr>
 *   <tr><td>sender (virtual)</td><td>one per connection of a sending persona</td><td>the sending part of its chats</td>
 *     <td>timers, its own socket</td></tr>
 *   <tr><td>identity (virtual)</td><td>one per connection of a user with an identity</td><td>its tokens</td>
 *     <td>timers, requests for its session</td></tr>
 *   <tr><td>work (platform)</td><td>half the cores</td><td>proofs of work that the server wants</td>
 *     <td>nothing</td></tr>
 *   <tr><td>loop (platform)</td><td>half the cores</td><td>the virtual threads on it</td><td>its selector</td></tr>
 *   <tr><td>timer wheel (platform)</td><td>1</td><td>the clock of all senders</td><td>sleep</td></tr>
 *   <tr><td>lag probe (platform)</td><td>1</td><td>the generator's own lateness</td><td>sleep</td></tr>
 *   <tr><td>user starter (platform)</td><td>1</td><td>the list of started users</td><td>sleep</td></tr>
 *   <tr><td>main</td><td>1</td><td>life cycle, the tick, all output</td>
 *     <td>sleep, files, the server's report</td></tr>
 * </table>
 *
 * <p>A sending user has two threads because one that is blocked in a send must still read: two partners that both
 * wait for the other to read would otherwise be a deadlock of the generator's own making.
 */
package loomchat.loadtest;
