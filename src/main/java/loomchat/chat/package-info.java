/**
 * Sessions, who is paired with whom, and the wire protocols. Knows nothing of HTTP.
 *
 * <pre>
 *   upgrade -&gt; join: complete a pair, or wait in the queue (returns at once)
 *           -&gt; read loop: each message goes to the partner's socket, then into the record
 *           -&gt; finally: leave, tell the partner, record the end (exactly once)
 * </pre>
 */
package loomchat.chat;
