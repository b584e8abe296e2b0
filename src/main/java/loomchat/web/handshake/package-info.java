/**
 * The server's side of a WebSocket handshake: what a client offers, who it is, and why it is refused. On the thread of
 * the HTTP connection, which is a loop's; nothing here waits.
 */
package loomchat.web.handshake;
