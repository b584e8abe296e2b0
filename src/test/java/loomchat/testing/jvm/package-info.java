/** What the processes of Java that tests start have in common. */
package loomchat.testing.jvm;
