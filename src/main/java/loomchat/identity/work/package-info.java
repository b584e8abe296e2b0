/**
 * Proof of work for guests: puzzles that cost the server nothing to give and little to check, and a visitor some CPU to
 * solve. Any thread; no I/O. It knows no HTTP: who is asked for a solution, and when, is decided elsewhere.
 */
package loomchat.identity.work;
