/**
 * The terminal that a command writes to: what it can show, and a screen that is drawn again and again. Main thread
 * only, besides the hook that restores the terminal when the program ends. It knows no command.
 */
package loomchat.terminal;
