package loomchat.deploy;

/** {@code deploy/haproxy.cfg}. */
class HaproxyTest extends ProxyTest {
    HaproxyTest() {
        super(ProxyProcess.Kind.HAPROXY);
    }
}
