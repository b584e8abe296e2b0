/**
 * Several servers as one crowd. Redis is the only link between them, and what it loses is noticed and mended by the
 * two servers that have the visitors of a chat (docs/cluster.md).
 *
 * <pre>
 *   Cluster           the parts, their clock, and what the chat server knows of them ({@code chat.Elsewhere})
 *     Members         who else is there
 *     ServerNumbers   numbers of connections and pairs that no other server gives
 *     RemoteSearch    partners for those who find none here; Offers: what two servers agree on
 *     RemoteChats     chats with a visitor of another server
 *       RemotePartner the partner, as the visitor here sees it
 *       Outbox        what was said to it, until it has come
 *     Seats           who can go on at another server, written to Redis
 *     Claims          a visitor of another server goes on here, once the SeatFinder has found its chat
 *     HandOvers       one of here goes on elsewhere
 *     SharedState     keys, families, bans, blocks, and operators who have signed out
 * </pre>
 *
 * <p>Threads: three of {@code redis}; {@code cluster-clock}, which waits for nobody; short virtual threads for whatever
 * may wait for a client or the log. No thread of a connection waits for Redis, but for one that asks for a chat of
 * another server.
 */
package loomchat.cluster;
