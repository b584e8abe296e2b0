/**
 * {@code chat.v1} (docs/protocol.md): interests, numbered messages with acknowledgements, and chats that survive a
 * broken connection.
 *
 * <pre>
 *   V1Connection      reads one connection: chat messages itself, the rest through V1Requests
 *   V1Session         the participant; it outlives its connections
 *     ClientLink      its current connection, and the order of sends
 *     ResendBuffer    the partner's messages until the client confirms them
 *     AckSender       tells the client how far its own messages came
 *   SessionRegistry   all sessions by secret, and those whose client is away
 *   SessionTakeover   what happens when a client comes back
 * </pre>
 *
 * <p>Runs on connection threads; the reaper ends sessions whose client stays away. The lock of a {@code ClientLink}
 * may be held while a send blocks; no thread holds two of them.
 */
package loomchat.chat.v1;
