/**
 * A run as a page: {@code report.html}, and the live page of {@code DASHBOARD}. Both show a {@link
 * loomchat.loadtest.dashboard.RunView} through the same renderer. The command makes views; nothing here looks at a
 * running test itself.
 */
package loomchat.loadtest.dashboard;
