/**
 * Blocking sockets for virtual threads, without a hand-over between threads. The server and the load client both use
 * them.
 *
 * <p>A {@link loomchat.net.Loop} is one platform thread that both carries virtual threads and polls their sockets, so
 * that a message wakes one thread instead of two (the JDK's poller and a carrier). The code on it is plain blocking
 * code over {@link loomchat.net.ByteStream}. The {@link loomchat.net.Acceptor} has a platform thread of its own.
 *
 * <p>The package owns sockets from accept or connect to close. It knows no protocol but TLS, and keeps no list of
 * connections. {@link loomchat.net.Network} and {@link loomchat.net.ClientAddress} tell whose an address is.
 */
package loomchat.net;
