/** Threads for work that may wait: they take what others leave of the processor. Knows nothing of the rest. */
package loomchat.threads;
