/**
 * Who is kept out: bans of identities and of addresses, for a time or for good. A server asks {@link
 * loomchat.identity.bans.BanList#find} for each handshake, on any thread and without I/O; its file is shared with
 * other processes and read and written by {@link loomchat.identity.bans.BanList#poll}. It closes no connection and
 * writes no log line: listeners do.
 */
package loomchat.identity.bans;
