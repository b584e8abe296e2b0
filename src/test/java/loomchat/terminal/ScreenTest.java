package loomchat.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a terminal shows of what is drawn, by what xterm, tmux and GNU screen do with it. */
class ScreenTest {
    private static final int WIDTH = 12;
    private static final int HEIGHT = 4;
    private static final Pattern NEXT = Pattern.compile("\u001b\\[([?0-9;]*)([A-Za-z])|\r|\n|.");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final char[][] cells = new char[HEIGHT][WIDTH];

    private List<String> shown(String... texts) {
        for (char[] row : cells) {
            Arrays.fill(row, ' ');
        }
        try (Screen screen = Screen.open(new PrintStream(out, true, StandardCharsets.UTF_8))) {
            for (String each : texts) {
                screen.draw(each, HEIGHT);
            }
            play(out.toString(StandardCharsets.UTF_8));
        }
        return Arrays.stream(cells)
                .map(each -> new String(each).stripTrailing())
                .toList();
    }

    private void play(String bytes) {
        int row = 0;
        int column = 0;
        for (Matcher next = NEXT.matcher(bytes); next.find(); ) {
            if (next.group(2) == null) {
                switch (next.group()) {
                    case "\r" -> column = 0;
                    case "\n" -> row = Math.min(row + 1, HEIGHT - 1);
                    default -> {
                        cells[row][column] = next.group().charAt(0);
                        // Without wrapping the cursor stays on the last column.
                        column = Math.min(column + 1, WIDTH - 1);
                    }
                }
                continue;
            }
            switch (next.group(2)) {
                case "H" -> {
                    row = 0;
                    column = 0;
                }
                case "K" -> Arrays.fill(cells[row], column, WIDTH, ' ');
                case "J" -> {
                    Arrays.fill(cells[row], column, WIDTH, ' ');
                    for (int below = row + 1; below < HEIGHT; below++) {
                        Arrays.fill(cells[below], ' ');
                    }
                }
                default -> {}
            }
        }
    }

    @Test
    void aLineAsWideAsTheTerminalIsWhole() {
        assertThat(shown("peak      60\nMessages 504\n")).containsExactly("peak      60", "Messages 504", "", "");
    }

    @Test
    void nothingOfTheFrameBeforeIsLeft() {
        assertThat(shown("a long line\nsecond line\nthird\nfourth\n", "short\nline\n"))
                .containsExactly("short", "line", "", "");
        assertThat(shown("a\nb\nc\nd\n", "")).containsExactly("", "", "", "");
    }

    @Test
    void whatFillsTheScreenDoesNotScroll() {
        assertThat(shown("1\n2\n3\n4\n5\n", "123456789012\n123456789012\n123456789012\n123456789012\n"))
                .containsExactly("123456789012", "123456789012", "123456789012", "123456789012");
    }
}
