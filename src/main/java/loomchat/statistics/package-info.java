/**
 * Statistics on plain arrays: whether two measurements differ, with their noise in view. No state. It knows no other
 * package.
 */
package loomchat.statistics;
