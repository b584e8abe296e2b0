/**
 * Calls in {@code chat.v1}: what a user does about them, and the proof of what became of each signal. The clients hand
 * in what the server says and send what {@link loomchat.loadtest.call.CallPlayer} wants to be sent; a ledger settles
 * both sides of a call when they have ended. Knows {@code verify}, {@code measure} and {@code scenario}.
 */
package loomchat.loadtest.call;
