/**
 * The simulated users, their connections, and the protocols they speak. A user's own thread dials, reads and
 * closes; a sender beside it writes. Both are virtual threads on one loop, and block on nothing but their socket
 * and timers, always until a deadline. Knows {@code verify}, {@code measure} and {@code scenario}; it writes no
 * output.
 */
package loomchat.loadtest.client;
