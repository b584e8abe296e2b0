/** Names of commands and settings that people type wrong. Knows nothing of the project, keeps nothing. Any thread. */
package loomchat.names;
