/**
 * What a run plays: scenarios, read from JSON with the settings that override them, and the personas, stages and
 * thresholds in them. Values, built on the main thread before any work and never changed. Knows nothing of the rest
 * of the load client, opens no connection, and measures nothing.
 */
package loomchat.loadtest.scenario;
