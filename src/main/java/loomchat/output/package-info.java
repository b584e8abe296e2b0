/** What the process says of itself on its standard output and standard error. The record is elsewhere. Any thread. */
package loomchat.output;
