/**
 * Routes, the WebSocket handshake, and who may come in. Nothing here knows a socket; nothing behind it knows HTTP.
 */
package loomchat.web;
