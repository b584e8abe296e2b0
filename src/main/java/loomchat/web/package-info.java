/**
 * Routes, the WebSocket handshake, static files, and the headers and texts of responses. Request threads run it; they
 * may block on the disk, a report, or their client. It knows no sockets, which are {@link loomchat.web.helidon}'s, and
 * decides nothing about clients, which {@link loomchat.web.access} does. The packages behind it know no HTTP.
 */
package loomchat.web;
