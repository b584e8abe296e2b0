/** What a {@code chat.v1} client is told of the calls in its chat. Runs under the lock of its link. */
package loomchat.chat.v1.call;
