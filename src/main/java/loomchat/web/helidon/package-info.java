/**
 * HTTP/1.1 over connections that we accept: Helidon reads requests and finds routes, the rest is ours. This package
 * owns every socket until it closes or an upgrade detaches it.
 *
 * <pre>
 *   Acceptor -&gt; OpenConnections: is there room, or an idle connection to close?
 *            -&gt; HttpConnection, a virtual thread on a loop: Helidon reads the head,
 *               RequestHeadChecks and ChunkedBodyCheck check it
 *                 -&gt; a handshake: detach, and the thread ends
 *                 -&gt; anything else: OffLoopFilter, the route runs on a thread of the JDK's scheduler
 * </pre>
 */
package loomchat.web.helidon;
