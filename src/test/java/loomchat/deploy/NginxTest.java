package loomchat.deploy;

/** {@code deploy/nginx.conf}. */
class NginxTest extends ProxyTest {
    NginxTest() {
        super(ProxyProcess.Kind.NGINX);
    }
}
