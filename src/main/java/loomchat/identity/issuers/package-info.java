/**
 * Tokens of other issuers, whose public keys come from a file or a URL. Any thread verifies, and waits for nothing.
 * Each issuer has a thread that looks for new keys: it alone reads files and talks to the network.
 */
package loomchat.identity.issuers;
