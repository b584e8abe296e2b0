package loomchat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import loomchat.testing.ServerProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Takes the README's pictures from the real pages: {@code make images}. The report shows what a minute's load test
 * left. Not among the tests, because each run makes other pictures.
 */
class DocImages {
    private static final Path FOLDER = Path.of("docs/images");
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 720;
    private static final int MOST_BYTES = 200_000;

    @TempDir
    private Path dir;

    @Test
    void takeThem() throws Exception {
        Files.createDirectories(FOLDER);
        try (ServerProcess server = new ServerProcess(dir.resolve("logs"), Map.of());
                Browser browser = Browser.open("--hide-scrollbars")) {
            String url = "http://127.0.0.1:" + server.port();
            chat(browser, url);
            playUsers(server.port());
            report(browser, url);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private static void chat(Browser browser, String url) throws Exception {
        Visitor ann = new Visitor(browser.page(url));
        Visitor bob = new Visitor(browser.page(url));
        ann.page.resize(WIDTH, HEIGHT, false);
        ann.find("chess, old films");
        ann.sees("waiting");
        bob.find("chess");
        ann.sees("chat");
        bob.sees("chat");
        ann.say("Hello! You play chess too?");
        bob.hears("chess too");
        bob.say("Badly, but every evening 🙂");
        ann.hears("every evening");
        ann.say("Then we are two. Do you play openings by heart, or as they come?");
        bob.hears("as they come");
        bob.say("As they come. I forget them faster than I learn them.");
        ann.hears("faster");
        ann.say("The best game I ever lost began like that.");
        bob.hears("ever lost");
        ann.awaitState("delivered");
        bob.write("Tell me");
        ann.page.waitFor("#typing");
        take(ann.page, "chat.png");
        ann.page.close();
        bob.page.close();
    }

    private void playUsers(int port) throws Exception {
        Process client = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "loomchat.Main",
                        "stress",
                        "evil",
                        "CLIENTS=300",
                        "DURATION=60s",
                        "URL=ws://127.0.0.1:" + port + "/",
                        "RESULTS=" + dir.resolve("results"))
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("client").toFile())
                .start();
        // 4: this machine was too busy to play the users on time, which a picture does not show.
        assertThat(client.waitFor()).as(Files.readString(dir.resolve("client"))).isIn(List.of(0, 4));
    }

    private static void report(Browser browser, String url) throws Exception {
        Page page = browser.page(url + "/report");
        page.resize(WIDTH, HEIGHT, false);
        page.reload();
        page.waitFor("[data-graph=connections] .uplot canvas");
        take(page, "report.png");
        page.close();
    }

    private static void take(Page page, String name) throws Exception {
        Path file = FOLDER.resolve(name);
        page.screenshot(file);
        assertThat(Files.size(file)).as("bytes of " + file).isLessThan(MOST_BYTES);
    }
}
