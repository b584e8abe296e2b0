package loomchat.cluster.redis;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import redis.clients.jedis.HostAndPort;

/**
 * Where Redis is: one server, the Sentinels that know it, or some servers of a Redis Cluster.
 *
 * @param user null for the default one
 * @param password null for none
 * @param master what the Sentinels call it; null without Sentinel
 */
public record RedisUrl(
        Kind kind, boolean tls, String user, String password, List<HostAndPort> hosts, String master, int database) {
    private static final int PORT = 6379;
    private static final int SENTINEL_PORT = 26379;
    private static final int MOST_HOSTS = 64;
    private static final int MOST_DATABASE = 15;

    /** What answers at the hosts. */
    public enum Kind {
        SINGLE,
        SENTINEL,
        CLUSTER
    }

    /** Reads {@code redis://[user:password@]host[:port][/database]} and its forms for TLS, Sentinel and Cluster. */
    public static RedisUrl of(String text) {
        int colon = text.indexOf("://");
        check(colon > 0);
        String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
        boolean tls = scheme.startsWith("rediss");
        Kind kind = switch (scheme.substring(tls ? "rediss".length() : Math.min(scheme.length(), "redis".length()))) {
            case "" -> Kind.SINGLE;
            case "+sentinel" -> Kind.SENTINEL;
            case "+cluster" -> Kind.CLUSTER;
            default -> throw new IllegalArgumentException();
        };
        check(scheme.startsWith("redis"));
        String rest = text.substring(colon + 3);
        int at = rest.lastIndexOf('@');
        String[] login = at < 0 ? new String[] {"", ""} : login(rest.substring(0, at));
        String[] path = rest.substring(at + 1).split("/", -1);
        check(path.length <= (kind == Kind.SENTINEL ? 3 : 2));
        String master = kind != Kind.SENTINEL ? null : path.length > 1 ? path[1] : "";
        check(master == null || master.matches("[0-9A-Za-z._-]{1,100}"));
        int last = kind == Kind.SENTINEL ? 2 : 1;
        int database = path.length > last && !path[last].isEmpty() ? Integer.parseInt(path[last]) : 0;
        check(database >= 0 && database <= (kind == Kind.CLUSTER ? 0 : MOST_DATABASE));
        List<HostAndPort> hosts = hosts(path[0], kind == Kind.SENTINEL ? SENTINEL_PORT : PORT);
        check(kind != Kind.SINGLE || hosts.size() == 1);
        return new RedisUrl(
                kind,
                tls,
                login[0].isEmpty() ? null : login[0],
                login[1].isEmpty() ? null : login[1],
                hosts,
                master,
                database);
    }

    private static String[] login(String text) {
        int colon = text.indexOf(':');
        String user = colon < 0 ? text : text.substring(0, colon);
        String password = colon < 0 ? "" : text.substring(colon + 1);
        return new String[] {decoded(user), decoded(password)};
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static List<HostAndPort> hosts(String text, int port) {
        List<HostAndPort> hosts = new ArrayList<>();
        Arrays.stream(text.split(",", -1)).forEach(each -> {
            URI uri = URI.create("redis://" + each);
            check(uri.getHost() != null && uri.getUserInfo() == null && uri.getPort() <= 65535);
            String host = uri.getHost().startsWith("[")
                    ? uri.getHost().substring(1, uri.getHost().length() - 1)
                    : uri.getHost();
            hosts.add(new HostAndPort(host, uri.getPort() < 0 ? port : uri.getPort()));
        });
        check(hosts.size() <= MOST_HOSTS);
        return List.copyOf(hosts);
    }

    /** A URL for the eyes of others: without the user and the password. */
    public static String withoutLogin(String text) {
        int at = text.lastIndexOf('@');
        int colon = text.indexOf("://");
        return at < 0 || colon < 0 || at < colon ? text : text.substring(0, colon + 3) + "…" + text.substring(at);
    }

    private static void check(boolean valid) {
        if (!valid) {
            throw new IllegalArgumentException();
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        String scheme = (tls ? "rediss" : "redis")
                + switch (kind) {
                    case SINGLE -> "";
                    case SENTINEL -> "+sentinel";
                    case CLUSTER -> "+cluster";
                };
        String all = String.join(",", hosts.stream().map(HostAndPort::toString).toList());
        return scheme + "://" + all + (master == null ? "" : "/" + master) + (database == 0 ? "" : "/" + database);
    }
}
