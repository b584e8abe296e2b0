/**
 * {@code chat.v1} (docs/protocol.md): interests, numbered messages with acknowledgements, and chats that survive a broken connection.
 *
 * <pre>
 *   V1Connection   reads one connection; {@link loomchat.chat.v1.V1Requests} does what is no chat message
 *   V1Session      the participant: outlives its connections
 *     ClientLink     its current connection, and the order of sends
 *     ResendBuffer   partner's messages until the client confirms them
 *     AckSender      how far the client's own messages came
 *   SessionRegistry  all sessions by secret, and those whose client is away
 * </pre>
 *
 * <p>Runs on connection threads; the reaper ends sessions whose client stays away. The lock of a {@code ClientLink} may be held
 * while a send blocks; no thread holds two of them.
 */
package loomchat.chat.v1;
