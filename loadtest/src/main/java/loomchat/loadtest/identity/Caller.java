package loomchat.loadtest.identity;

import java.net.InetAddress;
import loomchat.net.Loop;

/**
 * Who asks the server.
 *
 * @param loop polls the connection
 * @param address to connect from, or null for any
 */
public record Caller(Loop loop, InetAddress address) {}
