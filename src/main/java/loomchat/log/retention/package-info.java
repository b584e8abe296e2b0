/**
 * What happens to a log file once it is sealed: a listener gets it, and {@link loomchat.log.retention.Retention}
 * removes the oldest files when they take too much. Runs on the thread log-keeper, which may block on the disk and on
 * the listener. Never touches a file that is being written.
 */
package loomchat.log.retention;
