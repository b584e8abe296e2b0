/**
 * Tests of the files in {@code deploy/}, each with the program that it is written for: the proxies, and the script that
 * ships the record. What the files say of settings is tested in {@code loomchat}, beside the settings.
 */
package loomchat.deploy;
