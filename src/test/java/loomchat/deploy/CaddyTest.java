package loomchat.deploy;

/** {@code deploy/Caddyfile}. */
class CaddyTest extends ProxyTest {
    CaddyTest() {
        super(ProxyProcess.Kind.CADDY);
    }
}
