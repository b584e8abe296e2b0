/**
 * Blocking sockets for virtual threads that cost no thread hand-over.
 *
 * <p>A {@link loomchat.net.Loop} is one platform thread that both carries virtual threads and polls their sockets, so that
 * a message wakes one thread instead of two (the JDK's poller and a carrier). What runs on it is plain blocking code over
 * {@link loomchat.net.ByteStream}. Both the server and the load client use it.
 */
package loomchat.net;
