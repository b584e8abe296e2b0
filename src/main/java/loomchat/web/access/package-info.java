/**
 * Who may come in: client addresses and the limits on them, trusted proxies, allowed host names and origins, and the
 * number of WebSockets. Any thread; nothing blocks. It decides and counts, and never writes a response.
 */
package loomchat.web.access;
