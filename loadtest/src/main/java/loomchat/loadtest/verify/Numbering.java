package loomchat.loadtest.verify;

/**
 * Who numbers chats from 1: some of the servers, in one run of theirs.
 *
 * @param servers which of them
 * @param run as the server names it; empty where chats of all runs are numbered together, as those of a cluster are
 */
public record Numbering(int servers, String run) {}
