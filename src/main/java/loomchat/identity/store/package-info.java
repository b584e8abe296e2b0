/**
 * Small durable state beside the log: files of lines that one process appends to and rewrites when they have grown, and
 * files that several processes change.
 */
package loomchat.identity.store;
