package loomchat.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleStreamTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void aConsoleWithoutAMicroSignShowsAPlainWord() {
        PrintStream console = ConsoleStream.of(new PrintStream(bytes, true, StandardCharsets.US_ASCII));
        console.print("p50 351 µs");
        console.println(", CLIENTS: 100 → 200");
        console.print("[██░]");
        assertThat(bytes.toString(StandardCharsets.US_ASCII).lines())
                .containsExactly("p50 351 us, CLIENTS: 100 -> 200", "[##.]");
    }

    @Test
    void aConsoleThatCanIsLeftAlone() {
        PrintStream console = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        assertThat(ConsoleStream.of(console)).isSameAs(console);
    }
}
