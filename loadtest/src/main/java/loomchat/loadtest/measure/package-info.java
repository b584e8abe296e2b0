/**
 * Counts and times of a run. Any thread counts and records; the tick alone drains, once a second, into totals and a
 * timeline. Knows {@code scenario} and {@code statistics}; it looks at no message and opens no connection.
 */
package loomchat.loadtest.measure;
