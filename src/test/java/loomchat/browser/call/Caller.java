package loomchat.browser.call;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import loomchat.browser.Page;
import loomchat.browser.Visitor;

/** A visitor who calls. What the call really does is told by {@code call-witness.js}, not by the page. */
public final class Caller {
    /** From a press to a picture: far longer than anybody would wait, because the machine may be busy. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    public final Visitor visitor;
    public final Page page;

    public Caller(Visitor visitor) {
        this.visitor = visitor;
        page = visitor.page;
    }

    /** The two meet and have each other's picture. */
    void meetAndCall(Caller other) {
        visitor.meet(other.visitor);
        call(other);
    }

    void call(Caller other) {
        invite();
        other.answer();
        seesAndHears();
        other.seesAndHears();
    }

    public void invite() {
        page.waitFor("#call-button");
        page.tap("#call-button");
        page.waitFor("#call-send");
        page.tap("#call-send");
    }

    void answer() {
        prepareAnswer();
        page.tap("#call-send");
    }

    /** All but the last press. */
    public void prepareAnswer() {
        page.waitFor("#call-accept");
        page.tap("#call-accept");
        page.waitFor("#call-send");
    }

    public void hangUp() {
        page.tap("#call-end");
    }

    boolean isInCall() {
        return page.isShown("#call[data-state=on]");
    }

    /** New frames are decoded, the picture is one, and the sound can be heard. */
    public void seesAndHears() {
        page.waitUntil("frames", PATIENCE, () -> media().frames() > 2);
        goesOn();
        page.waitUntil("a picture", PATIENCE, () -> picture().get("spread").doubleValue() > 20);
        page.waitUntil("a sound", PATIENCE, () -> media().audioEnergy() > 0);
    }

    /** More frames come from now on, and more sound. */
    void goesOn() {
        Media before = media();
        page.waitUntil(
                "more frames and sound than " + before,
                PATIENCE,
                () -> media().frames() > before.frames() + 2 && media().audioBytes() > before.audioBytes());
    }

    void waitFor(String what, Predicate<Media> media) {
        page.waitUntil(what, PATIENCE, () -> media.test(media()));
    }

    /** The call is over: its connection closed, the panel gone, and no camera or microphone on. */
    public void hasNoCall() {
        page.waitUntil("the end of the call", () -> !page.isShown("#call"));
        page.waitUntil("no camera and no microphone that is on", () -> number("return witness.live()") == 0);
        page.waitUntil("a closed connection", () ->
                (boolean) page.run("return witness.peers.every((each) => each.signalingState === 'closed')"));
    }

    /** The moment of the last part of the end: connection closed, tracks stopped. By the clock of the browser. */
    double endedAt() {
        return number("return Math.max(witness.closedAt, witness.stoppedAt)");
    }

    /** Presses, and returns when. */
    public double press(String css) {
        double at = number("return performance.timeOrigin + performance.now()");
        page.tap(css);
        return at;
    }

    public double firstFrameAt() {
        page.waitUntil("a first frame", PATIENCE, () -> number("return witness.firstFrameAt") > 0);
        return number("return witness.firstFrameAt");
    }

    /** @param local how this side is reached: host, srflx, prflx or relay */
    public record Media(
            long frames,
            long audioBytes,
            double audioEnergy,
            String local,
            String localProtocol,
            String remote,
            long bytesSent) {}

    @SuppressWarnings("unchecked")
    public Media media() {
        Map<String, Object> told =
                (Map<String, Object>) page.runAsync("witness.media().then(arguments[arguments.length - 1])");
        return new Media(
                ((Number) told.get("frames")).longValue(),
                ((Number) told.get("audioBytes")).longValue(),
                ((Number) told.get("audioEnergy")).doubleValue(),
                told.get("local").toString(),
                told.get("localProtocol").toString(),
                told.get("remote").toString(),
                ((Number) told.get("bytesSent")).longValue());
    }

    /** All that this page has sent to its partner through the server. */
    @SuppressWarnings("unchecked")
    List<String> signals() {
        return (List<String>) page.run("return witness.sent");
    }

    /** Types of what the server has told this page. */
    @SuppressWarnings("unchecked")
    List<String> heard() {
        return (List<String>) page.run("return witness.heard");
    }

    @SuppressWarnings("unchecked")
    private Map<String, Number> picture() {
        return (Map<String, Number>) page.run("return witness.picture(document.getElementById('call-theirs'))");
    }

    private double number(String script) {
        return ((Number) page.run(script)).doubleValue();
    }
}
