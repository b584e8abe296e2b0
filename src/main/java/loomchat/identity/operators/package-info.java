/**
 * Who may operate a server from elsewhere: tokens, of which the file holds hashes only, the command that makes them,
 * the statements with which operators are signed in at all servers that share keys, and the page for operators.
 * Commands and request threads; the file is read again once a second. It knows no HTTP.
 */
package loomchat.identity.operators;
