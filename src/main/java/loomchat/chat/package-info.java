/**
 * The chat server: its connections, who talks with whom, and how a message gets from one to the other. Knows nothing
 * of HTTP.
 *
 * <pre>
 *   ChatServer.open   makes the connection for the client's protocol, and starts its virtual thread on its loop
 *   Connection.run    onOpen:    looks for a partner, or waits for one (returns at once)
 *                     read loop: each batch of messages goes to the partner's socket, then into the log
 *                     finally:   leaves, tells the partner, records the end (exactly once)
 *
 *   One message       ChatConnection.gather -&gt; Relay (frames for the partner)
 *                     -&gt; Participant.deliver -&gt; the partner's socket, the log
 * </pre>
 *
 * <p>Each protocol has a package of its own on top of this one. Dependencies go one way,
 * {@code plain, v1 -> chat -> match -> log}; only {@code loomchat.ChatWiring} knows all protocols.
 *
 * <p>Connection threads read, relay to the partner and record. The reaper looks after connections once a second and
 * waits for none of them. No thread sends, records or blocks under the matchmaker's lock, and none holds the send
 * locks of two participants.
 */
package loomchat.chat;
