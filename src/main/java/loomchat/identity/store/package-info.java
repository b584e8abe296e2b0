/** Small durable state beside the log: files of lines that are appended to, and rewritten when they have grown. */
package loomchat.identity.store;
