/**
 * Runs of the past: finds their folders, sets runs beside each other, tells a regression from noise, and whether
 * folders are the shares of one run. Reads what {@code command} has written, and takes whatever else is in the folder
 * for somebody else's. Main thread only.
 */
package loomchat.loadtest.history;
