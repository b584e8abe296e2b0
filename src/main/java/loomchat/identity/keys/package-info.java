/**
 * The server's secret keys, the file that holds them, and the access tokens that they sign. Any thread verifies; the
 * file is read and written at the start, by the reaper once a second, and by {@code loomchat keys}.
 */
package loomchat.identity.keys;
