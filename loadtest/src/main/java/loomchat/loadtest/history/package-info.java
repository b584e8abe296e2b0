/**
 * Runs of the past: finds their folders, sets runs beside each other, and tells a regression from noise. Reads what
 * {@code command} has written, and takes whatever else is in the folder for somebody else's. Main thread only.
 */
package loomchat.loadtest.history;
