/** Who has blocked whom, for as long as both are identities. Any thread; a file of its own keeps it. */
package loomchat.identity.blocks;
