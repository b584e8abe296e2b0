package loomchat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the server listens. Apart from the other settings, because {@link HealthCommand} needs it at once.
 *
 * @param host a name or an address, not looked up yet
 */
record ListenAddress(String host, int port) {
    private static final Pattern HOST = Pattern.compile("[0-9A-Za-z.:_-]{1,255}");
    private static final Set<String> ANY = Set.of("0.0.0.0", "::");

    static ListenAddress read(SettingsReader settings) {
        return new ListenAddress(
                settings.text(
                        "HOST", "0.0.0.0", "a host name or an address of this machine", HOST, "address to listen on"),
                settings.integer("PORT", 3000, 0, 65535, "port to listen on; 0 takes any free one"));
    }

    /** What a client on this machine connects to; unresolved when the name is not known. */
    InetSocketAddress fromHere() {
        return ANY.contains(host)
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
                : new InetSocketAddress(host, port);
    }
}
