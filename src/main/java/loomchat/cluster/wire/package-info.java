/** What servers of one crowd say to each other, as bytes. */
package loomchat.cluster.wire;
