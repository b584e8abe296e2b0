/**
 * The command {@code stress}: its options, one run or a search of many, the comparison and the merge of results,
 * and everything that is written: progress, summary, files, page. Main thread only, but for Ctrl-C. Knows all other
 * packages of the load client; none knows it.
 */
package loomchat.loadtest.command;
