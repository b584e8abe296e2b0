/**
 * What tests of several packages share: raw clients, servers in this process and in one of their own, strict readers of
 * what a server wrote, counts that are independent of the report's. No tests.
 */
package loomchat.testing;
