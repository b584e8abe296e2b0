/**
 * Proves what arrived. Each message begins with a header that says which it is; the receiver's user checks it, and
 * the ledger settles both sides of a chat when they have ended. What the server has counted itself is compared at
 * the end. Knows {@code measure} and {@code scenario}; it neither sends nor reads messages.
 */
package loomchat.loadtest.verify;
