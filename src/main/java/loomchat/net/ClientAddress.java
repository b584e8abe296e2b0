package loomchat.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * One client for limits per address: an IPv4 address, or the /64 network of an IPv6 address, because the owner of one
 * address in such a network has all of them.
 *
 * @param network the address, or the first 64 bits of it
 */
public record ClientAddress(boolean v6, long network) {
    public static ClientAddress of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet6Address
                ? new ClientAddress(true, bytes.getLong())
                : new ClientAddress(false, bytes.getInt());
    }
}
