/**
 * The connections to Redis, each with a thread of its own: one runs commands and scripts, one publishes, one receives.
 * Nobody else ever waits for Redis: others leave a command, and are told its reply.
 */
package loomchat.cluster.redis;
