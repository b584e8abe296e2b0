package loomchat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The chat page when the network, the page or the server goes away and comes back. Long, because each way is a test.
 */
@Tag("pages")
class ChatNetworkTest extends ChatTest {
    /** What a visitor's first look at the page may cost, with headers. */
    private static final long FIRST_LOAD_BYTES = 50 * 1024;

    @Test
    void aChatSurvivesACutAndNothingIsLostOrDoubled() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitorBehind(network);
        ann.meet(bob);
        ann.say("Before");
        bob.hears("Before");
        network.cut();
        ann.reads("The connection to the stranger broke. They have 15 seconds");
        bob.reads("The connection broke. Trying to get back into this chat…");
        bob.page.waitForText("#banner", "No connection to the server. Trying again…");
        ann.say("While you were away");
        ann.awaitState("sent");
        bob.say("While I was away");
        bob.awaitState("sending…");
        network.mend();
        ann.reads("The stranger is back.");
        bob.reads("You are back in the chat.");
        ann.hears("While I was away");
        bob.hears("While you were away");
        bob.awaitState("delivered");
        ann.awaitState("delivered");
        assertThat(ann.heard()).containsExactly("While I was away");
        assertThat(bob.heard()).containsExactly("Before", "While you were away");
        assertThat(bob.page.text("#banner")).isEmpty();
    }

    @Test
    void aMessageThatIsCutInTwoArrivesOnce() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitorBehind(network);
        ann.meet(bob);
        network.cutWithin(Tunnel.Way.TO_SERVER);
        bob.say("Out of the tunnel, and cut in two");
        bob.page.waitUntil("the cut", network::isCut);
        network.mend();
        ann.hears("Out of the tunnel, and cut in two");
        bob.awaitState("delivered");
        network.cutWithin(Tunnel.Way.TO_BROWSER);
        ann.say("Into the tunnel, and cut in two");
        bob.page.waitUntil("the cut", network::isCut);
        network.mend();
        bob.hears("Into the tunnel, and cut in two");
        ann.awaitState("delivered");
        assertThat(ann.heard()).hasSize(1);
        assertThat(bob.heard()).hasSize(1);
    }

    @Test
    void aChatThatCanBeResumedIsTriedEveryTwoSeconds() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitorBehind(network);
        ann.meet(bob);
        // Pauses before another try are the only ones that are no whole number; they pass quickly here.
        bob.page.run("""
                window.pauses = [];
                const wait = setTimeout;
                window.setTimeout = (what, millis, ...more) => {
                  if (Number.isInteger(millis ?? 0)) return wait(what, millis, ...more);
                  pauses.push(millis);
                  return wait(what, 10, ...more);
                };""");
        network.cut();
        assertThat(pauses(bob)).allMatch(each -> each <= 2_000);
        network.mend();
        bob.reads("You are back in the chat.");
        // Nobody waits for who is looking for somebody.
        bob.pressTwice("#leave");
        network.cut();
        bob.page.tap("#again");
        assertThat(pauses(bob)).anyMatch(each -> each > 5_000);
    }

    /** The next ten pauses between tries. */
    @SuppressWarnings("unchecked")
    private static List<Double> pauses(Visitor visitor) {
        visitor.page.run("pauses.length = 0");
        visitor.page.waitUntil("tries", () -> (boolean) visitor.page.run("return pauses.length >= 10"));
        return (List<Double>) visitor.page.run("return pauses");
    }

    @Test
    void whoIsOfflineIsToldSo() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitorByName();
        Visitor bob = pages.visitorBehind(network);
        ann.meet(bob);
        network.cut();
        bob.page.offline(true);
        bob.page.waitForText("#banner", "You are offline.");
        ann.reads("The connection to the stranger broke.");
        network.mend();
        bob.page.offline(false);
        bob.reads("You are back in the chat.");
        ann.reads("The stranger is back.");
        // A search waits for the network, and says so.
        bob.pressTwice("#leave");
        bob.page.tap("#close");
        network.cut();
        bob.page.offline(true);
        bob.page.tap("#find");
        bob.page.waitForText("#banner", "You are offline.");
        assertThat(bob.page.text("#stage-title")).isEqualTo("Waiting for the network");
        assertThat(bob.page.text("#stage-text")).isEqualTo("The search begins once the network is back.");
        bob.page.offline(false);
        bob.page.waitForText("#stage-title", "Connecting");
        assertThat(bob.page.text("#banner")).isEqualTo("No connection to the server. Trying again…");
        network.mend();
        bob.sees("waiting");
    }

    @Test
    void aReportOrBlockWithoutAConnectionIsDoneOnceItIsBack() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitorBehind(network);
        ann.meet(bob);
        bob.page.waitUntil("the dialog", () -> hasTheDialog(bob));
        network.cut();
        bob.reads("The connection broke.");
        bob.complain("report");
        bob.reads("There is no connection. What you chose is done once it is back");
        // Whoever leaves need not wait for that.
        bob.pressTwice("#leave");
        network.mend();
        bob.reads("Thank you, your report was saved.");
        ann.sees("ended");
        bob.page.tap("#close");
        Visitor cleo = pages.visitor();
        cleo.meet(bob);
        network.cut();
        bob.reads("The connection broke.");
        bob.complain("both");
        bob.reads("There is no connection.");
        bob.say("Never again");
        network.mend();
        bob.reads("Thank you, your report was saved.");
        bob.reads("Blocked: you two will not meet again");
        cleo.sees("ended");
        bob.sees("ended");
        assertThat(cleo.page.texts(".theirs")).isEmpty();
        assertThat(bob.page.texts(".mine .state")).last().isEqualTo("not delivered");
    }

    /** Which is loaded when a chat begins. */
    private static boolean hasTheDialog(Visitor visitor) {
        return (boolean) visitor.page.run("""
                const loaded = performance.getEntriesByType("resource").map((each) => each.name);
                return ["on-demand/texts.js", "dialogs.css"].every((part) => loaded.some((each) => each.includes(part)));""");
    }

    @Test
    void aReloadGoesOnWithTheChatAndAClosedPageEndsIt() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitorBehind(network);
        ann.meet(bob);
        // Cut off from the server while it says something: the reload still brings it.
        network.cut();
        ann.reads("The connection to the stranger broke.");
        bob.say("Said just before the reload");
        network.mend();
        bob.page.reload();
        bob.reads("You are back in the chat.");
        ann.hears("Said just before the reload");
        bob.awaitState("delivered");
        bob.page.reload();
        bob.page.waitForText("#who", "A stranger is here");
        bob.say("Here I am");
        ann.hears("Here I am");
        // To another page and back, out of the browser's cache or not.
        bob.page.run("location.href = '/logs'");
        bob.page.waitFor("#entries");
        bob.page.front().navigate().back();
        bob.page.waitForText("#who", "A stranger is here");
        bob.say("And again");
        ann.hears("And again");
        pages.close(bob);
        ann.sees("ended");
        // One note for all of that, and one for the end.
        assertThat(ann.notes()).hasSize(3).last().isEqualTo("The stranger has left.");
        assertThat(ann.notes().get(1))
                .startsWith("The stranger closed or reloaded the page. They have 3 seconds to come back");
    }

    @Test
    void whatWasKeptForAStrangerWhoNeverCameBackIsNotDelivered() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        ann.say("While you were here");
        ann.awaitState("delivered");
        pages.close(bob);
        ann.reads("They have 3 seconds to come back; what you write is kept for that long.");
        ann.say("Are you there?");
        ann.sees("ended");
        assertThat(ann.page.texts(".mine .state")).containsExactly("delivered", "not delivered");
        assertThat(ann.page.runAsync("""
                const done = arguments[arguments.length - 1];
                navigator.clipboard.writeText = async (text) => done(text);
                document.getElementById("copy").click();""").toString()).contains("Are you there? (not delivered)");
    }

    @Test
    void aPageInTheBrowsersCacheIsAway() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitorBehind(network);
        bob.page.reload();
        ann.meet(bob);
        bob.page.run("window.isTheSamePage = true");
        bob.page.front().get(network.url() + "logs");
        ann.reads("They have");
        bob.page.front().navigate().back();
        bob.reads("You are back in the chat.");
        ann.reads("The stranger is back.");
        bob.say("From before");
        ann.hears("From before");
        System.out.println("Out of the browser's cache: " + bob.page.run("return Boolean(window.isTheSamePage)"));
    }

    @Test
    void whoReloadsWhileTheStrangerIsAwayIsNotToldThatTheyAreBack() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitorBehind(network);
        ann.meet(bob);
        network.cut();
        ann.reads("They have");
        ann.page.reload();
        ann.reads("You are back in the chat.");
        assertThat(ann.notes()).noneMatch(each -> each.contains("The stranger is back."));
        ann.reads("They have");
        network.mend();
        ann.reads("The stranger is back.");
    }

    @Test
    void whoComesBackLearnsThatTheStrangerLeftMeanwhile() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitorBehind(network);
        ann.meet(bob);
        bob.page.waitUntil("the dialog", () -> hasTheDialog(bob));
        network.cut();
        ann.reads("The connection to the stranger broke.");
        bob.reads("The connection broke.");
        ann.pressTwice("#leave");
        ann.sees("ended");
        bob.complain("block");
        bob.reads("There is no connection.");
        network.mend();
        bob.sees("ended");
        bob.reads("The stranger left while you were away.");
        bob.reads("The server no longer knows this chat. This report or block was not taken.");
    }

    @Test
    void whoLeavesWithoutAConnectionLetsTheStrangerGoOnceItIsBack() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitorBehind(network);
        Visitor cleo = pages.visitor();
        ann.meet(bob);
        network.cut();
        bob.reads("The connection broke.");
        bob.pressTwice("#next");
        network.mend();
        ann.sees("ended");
        assertThat(ann.notes()).last().isEqualTo("The stranger has left.");
        cleo.find();
        bob.sees("chat");
        cleo.sees("chat");
        // The same without a search
        network.cut();
        bob.reads("The connection broke.");
        bob.pressTwice("#leave");
        bob.sees("ended");
        network.mend();
        cleo.sees("ended");
        assertThat(cleo.notes()).last().isEqualTo("The stranger has left.");
        assertThat(bob.page.isShown("#main[data-phase=ended]")).isTrue();
    }

    @Test
    void whoComesBackWhileTheStrangerIsAwayIsToldNoTimeThatNobodyKnows() throws Exception {
        Tunnel anns = pages.tunnel();
        Tunnel bobs = pages.tunnel();
        Visitor ann = pages.visitorBehind(anns);
        Visitor bob = pages.visitorBehind(bobs);
        ann.meet(bob);
        anns.cut();
        bob.reads("They have 15 seconds");
        bobs.cut();
        bob.reads("The connection broke.");
        anns.mend();
        ann.reads("You are back in the chat.");
        ann.page.waitForText("#who-text", "The stranger is away");
        assertThat(ann.notes()).noneMatch(each -> each.contains("seconds"));
        bobs.mend();
        ann.page.waitForText("#who-text", "A stranger is here");
    }

    @Test
    void whoFindsTheServerRestartedIsToldSo() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitorBehind(network);
        Visitor bob = pages.visitorBehind(network);
        ann.meet(bob);
        network.cut();
        ann.reads("The connection broke.");
        pages.restart();
        network.mend();
        ann.sees("ended");
        assertThat(ann.notes()).last().isEqualTo("The server restarted, and the chat ended with it.");
        ann.complain("both");
        ann.reads("The server no longer knows this chat. This report or block was not taken.");
    }

    @Test
    void aRestartOfTheServerEndsChatsAndThoseWhoWaitGoOnWaiting() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitorBehind(network);
        Visitor bob = pages.visitorBehind(network);
        Visitor cleo = pages.visitorBehind(network);
        ann.meet(bob);
        cleo.find();
        cleo.sees("waiting");
        pages.restart();
        for (Visitor each : List.of(ann, bob)) {
            each.sees("ended");
            assertThat(each.notes())
                    .containsExactly(each.notes().getFirst(), "The server is stopping, and the chat ended with it.");
        }
        ann.page.tap("#again");
        ann.sees("chat");
        cleo.sees("chat");
        cleo.say("I only waited");
        ann.hears("I only waited");
        assertThat(ann.page.text("#banner")).isEmpty();
    }

    @Test
    void theFirstLoadIsSmall() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitorBehind(network);
        @SuppressWarnings("unchecked")
        List<String> loaded = (List<String>) ann.page.run(
                "return performance.getEntriesByType('resource').map((each) => new URL(each.name).pathname)");
        long bytes = network.bytesToBrowser();
        System.out.println("First load: " + bytes + " bytes on the wire, the page and " + loaded.size() + " files");
        for (String each : loaded) {
            if (each.endsWith(".js")) {
                assertThat(ann.page.count("head :is(script[src='%1$s'], link[href='%1$s'])".formatted(each)))
                        .as("%s is asked for at once", each)
                        .isEqualTo(1);
            }
        }
        assertThat(bytes).isBetween(10_000L, FIRST_LOAD_BYTES);
        ann.page.reload();
        assertThat(network.bytesToBrowser() - bytes).as("a second load").isLessThan(bytes / 2);
    }
}
