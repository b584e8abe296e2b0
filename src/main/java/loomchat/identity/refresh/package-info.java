/**
 * Refresh tokens that rotate (RFC 9700, 4.14.2): one family for each identity, of which the newest token is good, the
 * one before for some seconds more, and an older one ends the family. Request threads.
 */
package loomchat.identity.refresh;
