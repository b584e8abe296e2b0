/**
 * The WebSocket protocol (RFC 6455) and its compression (RFC 7692) over a blocking {@link loomchat.net.ByteStream}. Knows
 * nothing of HTTP servers or chat; the server and the load client both use it.
 */
package loomchat.ws;
