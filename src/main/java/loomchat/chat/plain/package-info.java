/**
 * The plain protocol (docs/protocol.md): a client sends text, its partner receives JSON. One connection has one
 * partner. Runs on connection threads and keeps nothing after the connection has ended.
 */
package loomchat.chat.plain;
