/**
 * The WebSocket protocol (RFC 6455) over a blocking {@link loomchat.net.ByteStream}; its compression (RFC 7692) is in
 * {@link loomchat.ws.deflate}. The server and the load client both use it.
 *
 * <pre>
 *   stream → FrameDecoder → MessageAssembler → MessageHandler     one reading thread
 *   stream ← FrameSender                                          any threads, in the order of one lock
 * </pre>
 *
 * <p>It owns a connection from its handshake to its end, and starts no threads. It knows no HTTP server and no chat,
 * and trusts nothing that a peer sends: every buffer is bounded, by {@code MessageSizeLimit} for one message and by
 * {@link loomchat.ws.MessageBudget} for all of them.
 */
package loomchat.ws;
