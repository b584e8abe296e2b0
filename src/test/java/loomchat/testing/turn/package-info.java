/** A real TURN server for tests of calls, and a client that asks what it allows. */
package loomchat.testing.turn;
