package loomchat.web.access;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Set;
import loomchat.identity.operators.OperatorLogins;
import loomchat.identity.operators.OperatorToken;
import loomchat.identity.operators.OperatorTokens;
import loomchat.net.Network;
import loomchat.web.access.TrustedProxies.Client;

/**
 * Who is an operator: somebody on this machine, or who has an operator's token, in a header or by the login that a
 * cookie proves. Any thread; nothing waits for a disk or a network, but for {@link #signOut}.
 *
 * <p>A browser sends its cookie, and reaches this machine from this machine, also for a page of another site. So
 * {@link #isForeign} and {@link #isEmbedded} tell what such a page asks for; {@code Sec-Fetch-Site} and {@code Origin}
 * are written by the browser, and no page can change them.
 */
public final class OperatorAccess {
    /** The name of an operator who is on this machine. */
    public static final String THIS_MACHINE = "this machine";

    private static final HeaderName SITE = HeaderNames.create("Sec-Fetch-Site");
    private static final HeaderName MODE = HeaderNames.create("Sec-Fetch-Mode");
    private static final HeaderName DEST = HeaderNames.create("Sec-Fetch-Dest");
    private static final String BEARER = "bearer ";
    private static final AllowedOrigins OWN_ORIGIN = new AllowedOrigins(Set.of());

    private final OperatorTokens tokens;
    private final OperatorLogins logins;
    private final TrustedProxies proxies;
    private final HostCookie cookie = new HostCookie("loomchat-operator");

    /**
     * An operator.
     *
     * @param name for the record
     * @param signedIn whether by a login, which can be ended
     */
    public record Operator(String name, boolean signedIn) {}

    /**
     * A login that has just begun.
     *
     * @param cookie the line that sets its cookie
     */
    public record SignedIn(String name, String cookie) {
        @Override
        public String toString() {
            return name;
        }
    }

    public OperatorAccess(OperatorTokens tokens, OperatorLogins logins, TrustedProxies proxies) {
        this.tokens = tokens;
        this.logins = logins;
        this.proxies = proxies;
    }

    /** The operator who sent this request, or null. */
    public Operator operator(SocketAddress peer, Headers headers) {
        Client client = proxies.client(peer, headers);
        if (client.local() && isThisMachine(headers.get(HeaderNames.HOST).get())) {
            return new Operator(THIS_MACHINE, false);
        }
        OperatorToken bearer = bearer(headers);
        if (bearer != null) {
            return new Operator(bearer.name(), false);
        }
        String secret = cookie.value(headers, client.secure());
        OperatorToken login = secret == null ? null : logins.find(secret);
        return login == null ? null : new Operator(login.name(), true);
    }

    private OperatorToken bearer(Headers headers) {
        if (!headers.contains(HeaderNames.AUTHORIZATION)
                || headers.get(HeaderNames.AUTHORIZATION).valueCount() != 1) {
            return null;
        }
        String value = headers.get(HeaderNames.AUTHORIZATION).get();
        return value.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? tokens.find(value.substring(BEARER.length()).strip())
                : null;
    }

    /** A name that another site cannot have made its own (DNS rebinding). */
    private static boolean isThisMachine(String host) {
        if (AllowedHosts.isLoopback(host)) {
            return true;
        }
        InetAddress address = Network.literal(AllowedHosts.withoutPort(host));
        try {
            return address != null && NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    /** Whether a browser keeps the cookie of a sign-in on this way. */
    public boolean keepsSignIns(SocketAddress peer, Headers headers) {
        return proxies.client(peer, headers).secure()
                || AllowedHosts.isLoopback(headers.get(HeaderNames.HOST).get());
    }

    /** Signs in with a token; null for a wrong one. */
    public SignedIn signIn(String token, SocketAddress peer, Headers headers) {
        OperatorToken found = tokens.find(token);
        if (found == null) {
            return null;
        }
        boolean secure = proxies.client(peer, headers).secure();
        return new SignedIn(found.name(), cookie.set(headers, secure, logins.begin(found), OperatorLogins.LENGTH));
    }

    /** Ends the login of this request, if there is one, and may wait for the disk; returns what clears the cookie. */
    public String signOut(SocketAddress peer, Headers headers) {
        boolean secure = proxies.client(peer, headers).secure();
        String secret = cookie.value(headers, secure);
        if (secret != null) {
            logins.end(secret);
        }
        return cookie.clear(headers, secure);
    }

    /** Whether a page of another origin, another port of this machine included, asks for this. */
    public boolean isForeign(SocketAddress peer, Headers headers) {
        if (headers.contains(SITE)) {
            String site = headers.get(SITE).get();
            return !site.equals("same-origin") && !site.equals("none");
        }
        if (!headers.contains(HeaderNames.ORIGIN)) {
            return false;
        }
        boolean secure = proxies.client(peer, headers).secure();
        return headers.get(HeaderNames.ORIGIN).valueCount() != 1
                || !OWN_ORIGIN.allow(
                        headers.get(HeaderNames.ORIGIN).get(),
                        headers.get(HeaderNames.HOST).get(),
                        secure);
    }

    /** Whether a page of another origin asks for a part of itself, such as a picture, rather than for going here. */
    public boolean isEmbedded(SocketAddress peer, Headers headers) {
        boolean going = is(headers, MODE, "navigate") && is(headers, DEST, "document");
        return isForeign(peer, headers) && !going;
    }

    private static boolean is(Headers headers, HeaderName name, String value) {
        return headers.contains(name) && headers.get(name).get().equals(value);
    }
}
