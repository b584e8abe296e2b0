/**
 * The pairing rule: who waits, who suits whom, and who has met whom. Owns the matchmaker's lock and everything that
 * changes under it. Connection threads and the reaper call it; it never blocks, never sends and knows no connection.
 */
package loomchat.chat.match;
