package loomchat.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import loomchat.browser.Browser;
import loomchat.browser.Visitor;
import loomchat.deploy.ProxyProcess.Kind;
import loomchat.testing.Certificate;
import loomchat.testing.InProcessServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two people at the page in a real browser, over HTTPS through each proxy: sessions with their Secure cookies, policies
 * that the page keeps, and WebSockets, which come to HAProxy over HTTP/2.
 */
@Tag("slow")
class ProxyBrowserTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @EnumSource
    @Timeout(120)
    void twoPeopleChat(Kind kind) throws Exception {
        Certificate certificate = Certificate.make(dir);
        try (InProcessServer server = InProcessServer.open(dir.resolve("server"));
                ProxyProcess proxy = new ProxyProcess(kind, dir.resolve("proxy"), certificate, server.port());
                Browser browser = Browser.open("--ignore-certificate-errors")) {
            String url = "https://localhost:" + proxy.port() + "/";
            Visitor ann = new Visitor(browser.page(url));
            Visitor bob = new Visitor(browser.page(url));
            assertThat(ann.page.run("return performance.getEntriesByType('navigation')[0].nextHopProtocol"))
                    .isEqualTo("h2");
            ann.meet(bob);
            ann.say("hello");
            bob.hears("hello");
            bob.say("hello yourself");
            ann.hears("hello yourself");
            assertThat(browser.complaints()).isEmpty();
        }
        assertThat(new InProcessServer.Record(new loomchat.testing.StrictLogReader(dir.resolve("server")).events())
                        .of("New Connection"))
                .isNotEmpty()
                .allMatch(each -> each.containsKey("identity"), "who has an identity");
    }
}
