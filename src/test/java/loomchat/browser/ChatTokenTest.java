package loomchat.browser;

import static loomchat.browser.SessionStub.CHALLENGE;
import static loomchat.browser.SessionStub.CONNECT;
import static loomchat.browser.SessionStub.END;
import static loomchat.browser.SessionStub.MAKE;
import static loomchat.browser.SessionStub.READY;
import static loomchat.browser.SessionStub.REFRESH;
import static loomchat.browser.SessionStub.WORK;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loomchat.browser.engine.Preferences;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/**
 * What the chat page makes of each answer to its question for a token, and of each refusal. The answers are the test's.
 * Long, because each answer is a test.
 */
@Tag("pages")
class ChatTokenTest extends ChatTest {
    private static final String GONE = SessionStub.error("401 Unauthorized", "no-session", "");
    private static final Pattern SOLUTION = Pattern.compile("\\{\"work\":\"([^\"]+)\"}$");

    ChatTokenTest() {
        // Its tokens are the test's, and the server lets them pass.
        super("AUTH", "off");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "404 Not Found",
                "403 Forbidden",
                "500 Internal Server Error",
                "503 Service Unavailable",
                "429 Too Many Requests",
                "200 OK"
            })
    void withoutATokenOneChatsAsAGuest(String status) throws Exception {
        SessionStub stub = stub();
        stub.on(MAKE, request -> Tunnel.response(status, "Retry-After: 3600\r\n", "<html>Something else"));
        Visitor ann = visitor(stub);
        Visitor bob = visitor(stub);
        ann.meet(bob);
        ann.say("As a guest");
        bob.hears("As a guest");
        assertThat(stub.offers()).containsExactly("chat.v1", "chat.v1");
        assertThat(ann.page.isShown("#forget-me")).isFalse();
        // It is not asked again at once.
        ann.pressTwice("#leave");
        ann.page.reload();
        bob.page.tap("#again");
        bob.sees("waiting");
        assertThat(stub.asked(MAKE)).hasSize(2);
    }

    @Test
    void aServerThatSaysNothingKeepsNobodyWaitingForLong() throws Exception {
        SessionStub stub = stub();
        CountDownLatch end = new CountDownLatch(1);
        stub.on(MAKE, request -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return null;
        });
        Visitor ann = visitor(stub);
        ann.find();
        ann.sees("connecting");
        ann.sees("waiting");
        end.countDown();
        assertThat(stub.offers()).containsExactly("chat.v1");
    }

    @Test
    void allTabsShareOneToken() throws Exception {
        SessionStub stub = withTokens();
        List<Visitor> tabs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tabs.add(visitor(stub));
        }
        tabs.forEach(Visitor::find);
        for (Visitor each : tabs) {
            each.page.waitFor("[data-phase=waiting], [data-phase=chat]");
        }
        assertThat(stub.asked(MAKE)).hasSize(1);
        assertThat(stub.asked(REFRESH)).isEmpty();
        assertThat(stub.offers()).hasSize(4).containsOnly(stub.offers().getFirst());
        assertThat(stub.offers().getFirst()).startsWith("chat.v1, token.e30.");
        Object stored = tabs.getFirst()
                .page
                .run("return JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"
                        + " + document.cookie + location.href + document.documentElement.outerHTML");
        assertThat(stored.toString()).contains("loomchat.identity").doesNotContain("e30.");
    }

    @Test
    void whoWasHereBeforeRefreshesAndIsNewWhenTheServerHasForgotten() throws Exception {
        SessionStub stub = withTokens();
        Visitor ann = visitor(stub);
        ann.find();
        ann.sees("waiting");
        ann.stop();
        ann.page.reload();
        ann.find();
        ann.sees("waiting");
        assertThat(stub.asked(REFRESH)).hasSize(1);
        stub.on(REFRESH, request -> GONE);
        ann.stop();
        ann.page.reload();
        ann.find();
        ann.sees("waiting");
        assertThat(stub.asked(REFRESH)).hasSize(2);
        assertThat(stub.asked(MAKE)).hasSize(2);
        assertThat(stub.offers()).hasSize(3).allMatch(each -> each.contains("token."));
    }

    @Test
    void aRefusedTokenIsReplacedOnceAndThenOneComesAsAGuest() throws Exception {
        SessionStub stub = withTokens();
        stub.on(CONNECT, request -> request.contains("token.") ? Tunnel.response("401 Unauthorized", "", "") : null);
        Visitor ann = visitor(stub);
        ann.find();
        ann.sees("waiting");
        List<String> offers = stub.offers();
        assertThat(offers).hasSize(3).doesNotHaveDuplicates().last().isEqualTo("chat.v1");
        assertThat(stub.asked(MAKE)).hasSize(1);
    }

    @Test
    void anOlderGenerationIsRefreshedOnceMore() throws Exception {
        SessionStub stub = withTokens();
        Iterator<Integer> generations = List.of(5, 4, 5).iterator();
        stub.on(REFRESH, request -> stub.token("ann", generations.next()));
        stub.on(CONNECT, request -> request.contains("token.") ? Tunnel.response("401 Unauthorized", "", "") : null);
        Visitor ann = visitor(stub);
        ann.find();
        ann.sees("waiting");
        assertThat(stub.asked(REFRESH)).hasSize(3);
    }

    @Test
    @Tag("slow")
    void aBrokenNetworkMakesNobodyAGuest() throws Exception {
        SessionStub stub = withTokens();
        Visitor ann = visitor(stub);
        ann.find();
        ann.sees("waiting");
        stub.network().cut();
        ann.page.waitForText("#banner", "No connection to the server.");
        ann.page.waitUntil("several tries", () -> stub.network().refused() > 6);
        stub.network().mend();
        ann.sees("waiting");
        assertThat(stub.offers()).allMatch(each -> each.contains("token."));
    }

    @Test
    void aProofOfWorkOpensTheDoor() throws Exception {
        SessionStub stub = stub();
        stub.on(MAKE, request -> isSolved(request, 14) ? stub.token("ann", 0) : SessionStub.work(14));
        Visitor ann = visitor(stub);
        ann.find();
        ann.sees("waiting");
        assertThat(stub.asked(MAKE)).hasSize(2);
        assertThat(stub.offers()).singleElement().asString().contains("token.");
    }

    @Test
    void alsoAGuestSolvesWhatTheServerAsksFor() throws Exception {
        SessionStub stub = stub();
        stub.on(MAKE, request -> SessionStub.error("429 Too Many Requests", "too-many", ""));
        stub.on(
                WORK,
                request -> Tunnel.response(
                        "200 OK", "", "{\"challenge\":\"" + CHALLENGE + "\",\"bits\":14,\"required\":true}"));
        stub.on(
                CONNECT,
                request -> request.contains("work.") ? null : Tunnel.response("428 Precondition Required", "", ""));
        Visitor ann = visitor(stub);
        ann.find();
        ann.sees("waiting");
        assertThat(stub.offers()).last().asString().startsWith("chat.v1, work." + CHALLENGE + ".");
    }

    @Test
    void workThatTakesLongIsExplainedAndCanBeStopped() throws Exception {
        SessionStub stub = stub();
        stub.on(MAKE, request -> SessionStub.work(26));
        Visitor ann = visitor(stub);
        ann.find();
        ann.sees("working");
        assertThat(ann.page.text("#stage-title")).isEqualTo("Checking that you are not a bot");
        assertThat(ann.focus()).isEqualTo("stop");
        ann.press(Keys.ENTER);
        ann.sees("start");
        assertThat(ann.focus()).isEqualTo("find");
        stub.on(MAKE, request -> stub.token("ann", 0));
        ann.find();
        ann.sees("waiting");
        assertThat(stub.asked(CONNECT)).hasSize(1);
    }

    @Test
    void whoIsBannedIsToldUntilWhenAndNotLetIn() throws Exception {
        SessionStub stub = stub();
        stub.on(MAKE, request -> SessionStub.banned("2031-05-04T18:00:00Z", "spam <b>again</b>"));
        Visitor ann = pages.visitorBehind(stub.network(), Preferences.timeZone("Asia/Tokyo"));
        ann.find();
        ann.sees("banned");
        assertThat(ann.page.text("#stage-title")).isEqualTo("You are banned");
        assertThat(ann.page.text("#stage-text").replaceAll("\\h", " "))
                .isEqualTo("You cannot chat here until May 5, 2031 at 3:00 AM. Reason: spam <b>again</b>");
        assertThat(ann.focusedText()).isEqualTo("Back to start");
        stub.on(MAKE, request -> SessionStub.banned(null, "Reported by several"));
        ann.press(Keys.ENTER);
        ann.sees("start");
        ann.find();
        ann.page.waitForText("#stage-text", "Reason: several people reported you");
        stub.on(MAKE, request -> SessionStub.banned(null, ""));
        ann.press(Keys.ENTER);
        ann.sees("start");
        ann.find();
        ann.sees("banned");
        assertThat(ann.page.text("#stage-text")).isEqualTo("You cannot chat here any more.");
        assertThat(stub.offers()).isEmpty();
    }

    @Test
    void aConnectionThatIsBannedStaysAway() throws Exception {
        SessionStub stub = withTokens();
        stub.on(CONNECT, request -> SessionStub.openAndClose(request, 4004, "Banned until 2031-05-04T18:00:00Z"));
        Visitor ann = pages.visitorBehind(stub.network(), Preferences.timeZone("America/Los_Angeles"));
        ann.find();
        ann.sees("banned");
        assertThat(ann.page.text("#stage-text").replaceAll("\\h", " "))
                .isEqualTo("You cannot chat here until May 4, 2031 at 11:00 AM.");
        stub.on(CONNECT, request -> SessionStub.openAndClose(request, 4004, "Banned"));
        ann.stop();
        ann.find();
        ann.page.waitForText("#stage-text", "You cannot chat here any more.");
        assertThat(stub.offers()).hasSize(2);
    }

    @Test
    void aTokenThatIsOverIsReplacedAtOnceAndAnEndedSessionByANewOne() throws Exception {
        SessionStub stub = withTokens();
        Iterator<String> ends =
                List.of("The token has expired", "The session was ended").iterator();
        stub.on(CONNECT, request -> ends.hasNext() ? SessionStub.openAndClose(request, 4003, ends.next()) : null);
        Iterator<String> refreshed = List.of(stub.token("ann", 1), GONE).iterator();
        stub.on(REFRESH, request -> refreshed.next());
        Visitor ann = visitor(stub);
        ann.find();
        ann.sees("waiting");
        assertThat(stub.offers()).hasSize(3).doesNotHaveDuplicates().allMatch(each -> each.contains("token."));
        assertThat(stub.asked(MAKE)).hasSize(2);
    }

    @Test
    void whoAsksToBeForgottenIsNobodyAndNextTimeSomebodyNew() throws Exception {
        SessionStub stub = withTokens();
        stub.on(END, request -> SessionStub.error("503 Service Unavailable", "unready", ""));
        Visitor ann = visitor(stub);
        assertThat(ann.page.isShown("#forget-me")).isFalse();
        ann.find();
        ann.sees("waiting");
        assertThat(ann.page.isShown("#forget-me")).isFalse();
        ann.stop();
        ann.sees("start");
        // With the keyboard alone: behind everything else on the page.
        ann.press(Keys.TAB);
        assertThat(ann.focusedText()).isEqualTo("Forget me");
        ann.press(Keys.ENTER, Keys.ENTER);
        ann.page.waitForText("#forget-me", "The server could not be reached, and still knows this browser.");
        stub.on(END, request -> Tunnel.response("204 No Content", "", ""));
        ann.press(Keys.ENTER, Keys.ENTER);
        ann.page.waitForText("#forget-me", "Forgotten. Your next chat begins under a new name.");
        assertThat(ann.focus()).isEqualTo("find");
        stub.on(MAKE, request -> stub.token("nobody", 0));
        ann.find();
        ann.sees("waiting");
        assertThat(stub.asked(REFRESH)).isEmpty();
        assertThat(stub.asked(MAKE)).hasSize(2);
    }

    @Test
    void whoIsRefusedLearnsWhetherItIsTheServerOrTheNetwork() throws Exception {
        SessionStub stub = stub();
        stub.on(CONNECT, request -> Tunnel.response("503 Service Unavailable", "Retry-After: 5\r\n", ""));
        Visitor ann = visitor(stub);
        ann.find();
        ann.page.waitForText("#banner", "perhaps every place is taken just now. Trying again…");
        // A server that stops, or a proxy in front of none
        stub.on(READY, request -> Tunnel.response("503 Service Unavailable", "", ""));
        triesAgain(ann);
        ann.page.waitForText("#banner", "The server is stopping or not ready yet. Trying again…");
        // A proxy that does not let the question through says nothing of the server.
        stub.on(READY, request -> Tunnel.response("403 Forbidden", "", ""));
        triesAgain(ann);
        ann.page.waitForText("#banner", "No connection to the server. Trying again…");
        stub.on(CONNECT, request -> null);
        triesAgain(ann);
        ann.sees("waiting");
        assertThat(ann.page.text("#banner")).isEmpty();
    }

    private static void triesAgain(Visitor visitor) {
        visitor.page.run("dispatchEvent(new Event('online'))");
    }

    private SessionStub stub() throws Exception {
        for (String path : List.of("/session", "/session/refresh", "/work", "/readyz")) {
            pages.expectComplaint(path + " - Failed to load resource: the server responded with a status of");
        }
        return new SessionStub(pages.tunnel());
    }

    private SessionStub withTokens() throws Exception {
        SessionStub stub = stub();
        stub.on(MAKE, request -> stub.token("ann", 0));
        stub.on(REFRESH, request -> stub.token("ann", 1));
        return stub;
    }

    private Visitor visitor(SessionStub stub) {
        return pages.visitorBehind(stub.network());
    }

    private static boolean isSolved(String request, int bits) {
        Matcher found = SOLUTION.matcher(request);
        if (!found.find() || !found.group(1).startsWith(CHALLENGE + ".")) {
            return false;
        }
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(found.group(1).getBytes(StandardCharsets.US_ASCII));
            return new java.math.BigInteger(1, hash).bitLength() <= 256 - bits;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
