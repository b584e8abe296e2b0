/**
 * JSON as the server writes it: the one escaper of text, and a writer of whole documents. Any thread may call the
 * escaper; a writer belongs to one thread. It never reads JSON: that is Jakarta JSON-P's work, or that of readers that
 * know the one shape they expect.
 */
package loomchat.json;
