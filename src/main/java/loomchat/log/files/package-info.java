/**
 * Log files on the disk: their names and modes, the claim on their folder, appending, syncing, sealing, and the repair
 * of damaged ends. The log writer and the sync thread use it, each its own part; both may block on the disk. It knows
 * bytes and lines, never what a line says.
 */
package loomchat.log.files;
