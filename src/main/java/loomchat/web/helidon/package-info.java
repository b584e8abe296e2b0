/**
 * HTTP/1.1 over connections that we accept: Helidon reads requests and finds routes, everything below it is ours.
 *
 * <pre>
 *   Acceptor -&gt; OpenConnections: is there room, or does somebody who only waits make it?
 *            -&gt; HttpConnection, a virtual thread on a loop: Helidon reads the head, RequestChecks and ChunkFraming look at it
 *                 -&gt; a handshake: detach, and the thread ends
 *                 -&gt; anything else: OffLoop, the route answers on a thread of the JDK's scheduler
 * </pre>
 */
package loomchat.web.helidon;
