/**
 * HTML as the server writes it: the one writer that escapes text, and the frame that all pages share. A writer belongs
 * to one thread and only blocks on its stream. It knows no page.
 */
package loomchat.html;
