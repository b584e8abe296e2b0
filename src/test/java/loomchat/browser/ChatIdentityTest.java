package loomchat.browser;

import static loomchat.browser.SessionStub.END;
import static loomchat.browser.SessionStub.MAKE;
import static loomchat.browser.SessionStub.REFRESH;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loomchat.identity.bans.BanCommands;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The chat page with the server's own tokens, which live for ten seconds here. */
@Tag("pages")
class ChatIdentityTest extends ChatTest {
    private static final Pattern IDENTITY = Pattern.compile("\"identity\":\"([^\"]+)\"");
    private static final int TABS = 20;
    private static final Duration LONG = Duration.ofSeconds(90);

    ChatIdentityTest() {
        super("ACCESS_TOKEN_LIFETIME", "10s", "INTEREST_TIMEOUT", "60s");
    }

    @Test
    void tokensRotateWithoutAnybodyNoticing() throws Exception {
        SessionStub network = new SessionStub(pages.tunnel());
        Visitor ann = pages.visitorBehind(network.network());
        Visitor bob = pages.visitorBehind(network.network());
        watch(ann);
        watch(bob);
        ann.meet(bob);
        ann.page.waitUntil("three tokens", () -> told(ann, "authed") >= 2 && told(bob, "authed") >= 2);
        ann.say("Still the same chat");
        bob.hears("Still the same chat");
        assertThat(network.offers()).hasSize(2);
        assertThat(network.asked(MAKE)).hasSize(1);
        assertThat(network.asked(REFRESH)).as("for both tabs together").hasSizeLessThanOrEqualTo(5);
        assertThat(ann.notes()).hasSize(1);
    }

    @Test
    @Tag("slow")
    void whoIsCutOffForLongerThanATokenLivesIsBackWithWhatWasTyped() throws Exception {
        SessionStub network = new SessionStub(pages.tunnel());
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitorBehind(network.network());
        ann.meet(bob);
        bob.write("Half a sent");
        network.network().cut();
        bob.say("Said without a network");
        bob.write("Half a sentence");
        ann.reads("The connection to the stranger broke.");
        long sinceNanos = System.nanoTime();
        bob.page.waitUntil("the end of its token", () -> System.nanoTime() - sinceNanos > 10_500_000_000L);
        network.network().mend();
        bob.reads("You are back in the chat.");
        ann.hears("Said without a network");
        bob.awaitState("delivered");
        assertThat(bob.draft()).isEqualTo("Half a sentence");
        assertThat(network.asked(REFRESH)).isNotEmpty();
        assertThat(network.offers()).allMatch(each -> each.contains("token."));
    }

    /** A page that is frozen does nothing at all; its token ends, and then its connection. */
    @Test
    @Tag("slow")
    void aPageThatSleptIsBackWithWhatWasTyped() throws Exception {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitorBehind(pages.tunnel());
        ann.meet(bob);
        bob.write("Half a sentence");
        bob.page.freeze(true);
        awaitNote(ann, "The connection to the stranger broke.");
        ann.say("Are you asleep?");
        ann.awaitState("sent");
        bob.page.freeze(false);
        bob.reads("You are back in the chat.");
        bob.hears("Are you asleep?");
        assertThat(bob.draft()).isEqualTo("Half a sentence");
        // Once more, until nothing is left of the chat.
        bob.page.freeze(true);
        awaitNote(ann, "The connection to the stranger broke, and they did not come back.");
        bob.page.freeze(false);
        bob.reads("The chat ended while you were away.");
        assertThat(bob.said()).contains("Half a sentence");
        bob.page.tap("#again");
        bob.sees("waiting");
    }

    @Test
    void anAnswerThatIsCutOffWithItsCookieIsAskedForAgain() throws Exception {
        int before = record(0).length();
        SessionStub network = new SessionStub(pages.tunnel());
        Visitor ann = pages.visitorBehind(network.network());
        ann.find();
        ann.sees("waiting");
        ann.stop();
        ann.page.reload();
        network.on(REFRESH, request -> {
            network.on(REFRESH, later -> null);
            network.network().cutWithin(Tunnel.Way.TO_BROWSER);
            return null;
        });
        ann.find();
        ann.page.waitForText("#banner", "No connection to the server.");
        network.network().mend();
        ann.sees("waiting");
        assertThat(network.asked(MAKE)).hasSize(1);
        assertThat(network.asked(REFRESH)).hasSize(2);
        assertThat(network.offers()).hasSize(2).allMatch(each -> each.contains("token."));
        assertThat(record(before)).doesNotContain("Session Revoked");
    }

    @Test
    @Tag("slow")
    void whileThereIsNoTokenAChatWaitsForOneAndNobodyComesAsAGuest() throws Exception {
        pages.expectComplaint("/session/refresh - Failed to load resource: the server responded with a status of 503");
        SessionStub network = new SessionStub(pages.tunnel());
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitorBehind(network.network());
        ann.meet(bob);
        network.on(REFRESH, request -> SessionStub.error("503 Service Unavailable", "unready", ""));
        network.network().cut();
        bob.reads("The connection broke.");
        bob.page.waitUntil("some tries", () -> network.network().refused() > 2);
        network.network().mend();
        bob.page.waitUntil("a refusal", () -> network.asked(REFRESH).size() > 1);
        network.on(REFRESH, request -> null);
        bob.reads("You are back in the chat.");
        assertThat(network.offers()).allMatch(each -> each.contains("token."));
    }

    @Test
    @Tag("slow")
    void twentyTabsThatRefreshAtOnceStayOneVisitor() throws Exception {
        int before = record(0).length();
        SessionStub network = new SessionStub(pages.tunnel());
        List<Visitor> tabs = new ArrayList<>();
        for (int i = 0; i < TABS; i++) {
            Visitor tab = pages.visitorBehind(network.network());
            watch(tab);
            tab.find();
            tabs.add(tab);
        }
        for (Visitor each : tabs) {
            each.page.waitUntil("two fresh tokens", LONG, () -> told(each, "authed") >= 2);
        }
        // And without waiting for each other, as if they did not know of each other.
        for (Visitor each : tabs) {
            each.page.run("""
                    window.answers = [];
                    setTimeout(async () => {
                      const answer = await fetch("/session/refresh", { method: "POST" });
                      answers.push(answer.status, (await answer.json()).generation);
                    }, arguments[0] - Date.now())""", System.currentTimeMillis() + 3000);
        }
        for (Visitor each : tabs) {
            each.page.waitUntil("an answer", LONG, () -> each.page.run("return answers[0]") != null);
            assertThat(each.page.run("return answers[0]")).isEqualTo(200L);
        }
        for (Visitor each : tabs) {
            int earlier = told(each, "authed");
            each.page.waitUntil("one more fresh token", LONG, () -> told(each, "authed") > earlier);
            each.sees("chat");
        }
        System.out.println(TABS + " tabs: " + network.asked(REFRESH).size() + " refreshes");
        assertThat(network.asked(MAKE)).hasSize(1);
        assertThat(network.offers()).allMatch(each -> each.contains("token."));
        assertThat(record(before)).doesNotContain("\"reason\":\"token\"", "Session Revoked");
    }

    @Test
    void whoIsForgottenInOneTabIsGoneFromTheOthers() throws Exception {
        SessionStub network = new SessionStub(pages.tunnel());
        Visitor ann = pages.visitorBehind(network.network());
        Visitor bob = pages.visitor();
        ann.meet(bob);
        ann.write("I was about to say");
        Visitor second = pages.visitorBehind(network.network());
        second.page.waitForText("#forget-me", "The server knows this browser by a random name");
        second.page.tap("#forget-me button");
        second.page.waitForText("#forget-me", "This ends your chats in all tabs.");
        second.page.tap("#forget-me button");
        second.page.waitForText("#forget-me", "Forgotten. Your next chat begins under a new name.");
        ann.reads(
                "The session of this browser has ended, perhaps by “Forget me” in another tab, and the chat with it.");
        ann.sees("ended");
        bob.sees("ended");
        assertThat(ann.said()).containsExactly("I was about to say");
        // The next chat is somebody new.
        ann.page.tap("#again");
        ann.sees("waiting");
        assertThat(network.asked(END)).hasSize(1);
        assertThat(network.asked(MAKE)).hasSize(2);
        assertThat(network.offers()).doesNotHaveDuplicates().allMatch(each -> each.contains("token."));
    }

    @Test
    void whoIsBannedByTheCommandIsToldUntilWhen() throws Exception {
        pages.expectComplaint("/session/refresh - Failed to load resource: the server responded with a status of 403");
        int before = record(0).length();
        Visitor ann = pages.visitorBehind(pages.tunnel());
        Visitor bob = pages.visitor();
        ann.find();
        ann.sees("waiting");
        ann.page.waitUntil("its line", () -> IDENTITY.matcher(record(before)).find());
        Matcher identity = IDENTITY.matcher(record(before));
        assertThat(identity.find()).isTrue();
        bob.find();
        ann.sees("chat");
        ann.write("I was about to say");
        ban("ban", identity.group(1), "--for", "24h", "--reason", "spam");
        ann.sees("ended");
        bob.sees("ended");
        ann.reads("Reason: spam");
        assertThat(ann.notes())
                .last()
                .asString()
                .matches("You cannot chat here until \\w+\\h\\d+,.*[AP]M\\. Reason: spam");
        // The conversation stays, and can be kept.
        assertThat(ann.said()).containsExactly("I was about to say");
        assertThat(ann.page.isShown("#copy")).isTrue();
        ann.page.tap("#again");
        ann.sees("banned");
        ban("unban", identity.group(1));
        ann.page.waitUntil("the end of the ban", () -> {
            ann.stop();
            ann.find();
            ann.page.waitFor("[data-phase=waiting], [data-phase=banned]");
            return ann.page.isShown("[data-phase=waiting]");
        });
    }

    private void ban(String command, String... arguments) {
        int code = BanCommands.run(command, List.of(arguments), pages.logs().resolve("state"), System.out, System.err);
        assertThat(code).isZero();
    }

    @Test
    void aBlockOfTwoWhoAreKnownOutlastsTheirPages() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitorBehind(network);
        ann.meet(bob);
        ann.page.tap("#safety");
        ann.page.waitForText("#safety-dialog .field-note", "at least while both of you stay connected");
        ann.page.tap("#safety-dialog button[value=block]");
        ann.page.waitUntil(
                "what it means",
                () -> ann.notes()
                        .contains(
                                "Blocked: you two will not meet again, unless one of you comes back as somebody new."));
        bob.sees("ended");
        ann.page.reload();
        bob.page.reload();
        ann.find();
        bob.find();
        bob.page.waitForText("#waited", "no one you can meet is waiting yet");
        ann.sees("waiting");
    }

    /** What the server has recorded, from this character on. */
    private String record(int from) {
        try {
            return Files.readString(pages.logs().resolve("chat-logs.jsonl")).substring(from);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitNote(Visitor visitor, String note) {
        visitor.page.waitUntil(
                note, Duration.ofSeconds(90), () -> visitor.notes().stream().anyMatch(each -> each.startsWith(note)));
    }

    /** Keeps what the server says to the page from now on. */
    private static void watch(Visitor visitor) {
        visitor.page.run("""
                window.told = [];
                window.WebSocket = class extends WebSocket {
                  constructor(...address) {
                    super(...address);
                    this.addEventListener("message", ({ data }) => told.push(JSON.parse(data).type));
                  }
                };""");
    }

    private static int told(Visitor visitor, String type) {
        return ((Number) visitor.page.run("return told.filter((each) => each === arguments[0]).length", type))
                .intValue();
    }
}
