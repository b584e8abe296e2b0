/** A real Prometheus that scrapes servers of a test, and its tool that checks files. */
package loomchat.testing.prometheus;
