/**
 * The servers under test: found and probed before any work, then dialled by users, who are spread over them. Any
 * thread; dialling waits for the network, always until a deadline. Knows {@code identity} and {@code scenario}.
 */
package loomchat.loadtest.target;
