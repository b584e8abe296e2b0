package loomchat.ws.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import loomchat.ws.Handshake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Negotiation of permessage-deflate (RFC 7692, 5 and 7.1), both ends. */
class DeflateParametersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "permessage-deflate | permessage-deflate",
                "PerMessage-Deflate | permessage-deflate",
                "permessage-deflate; client_max_window_bits | permessage-deflate",
                "permessage-deflate;client_max_window_bits=10 | permessage-deflate",
                "permessage-deflate; client_max_window_bits=\"8\" | permessage-deflate",
                "permessage-deflate; server_no_context_takeover | permessage-deflate; server_no_context_takeover",
                "permessage-deflate; client_no_context_takeover | permessage-deflate; client_no_context_takeover",
                "permessage-deflate; client_no_context_takeover; server_no_context_takeover"
                        + " | permessage-deflate; server_no_context_takeover; client_no_context_takeover",
                "permessage-deflate; server_max_window_bits=15 | permessage-deflate; server_max_window_bits=15",
                "permessage-deflate; server_max_window_bits=9 | permessage-deflate; server_max_window_bits=9",
                "permessage-deflate; server_max_window_bits=\"8\" | permessage-deflate; server_max_window_bits=8",
                "permessage-deflate; server_max_window_bits=14; client_no_context_takeover"
                        + " | permessage-deflate; client_no_context_takeover; server_max_window_bits=14",
                "permessage-deflate; server_max_window_bits=7, permessage-deflate | permessage-deflate",
                "x-webkit-deflate-frame, permessage-deflate; client_max_window_bits | permessage-deflate",
                "permessage-deflate; server_max_window_bits=16, permessage-deflate; server_no_context_takeover"
                        + " | permessage-deflate; server_no_context_takeover",
                "x-webkit-deflate-frame | -",
            })
    void aServerAnswersTheFirstOfferThatItCanHonour(String offers, String answer) {
        DeflateParameters accepted = DeflateParameters.accept(List.of(offers), true);
        assertThat(accepted == null ? null : accepted.response()).isEqualTo(answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "permessage-deflate; foo",
                "permessage-deflate; foo=1",
                "permessage-deflate;",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; client_no_context_takeover=\"\"",
                "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; server_max_window_bits=7",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=015",
                "permessage-deflate; client_max_window_bits=7",
                "permessage-deflate; client_max_window_bits=16",
                "permessage-deflate; client_max_window_bits=08",
                "permessage-deflate; client_max_window_bits=1 0",
                "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
            })
    void anOfferThatIsNotValidIsDeclined(String offer) {
        assertThat(DeflateParameters.accept(List.of(offer), true)).isNull();
        assertThat(DeflateParameters.accept(List.of(offer + ", permessage-deflate"), true))
                .isNotNull();
        assertThat(DeflateParameters.accept(List.of(offer, "permessage-deflate"), true))
                .isNotNull();
    }

    @Test
    void withoutRoomForContextsNeitherSideKeepsIts() {
        DeflateParameters accepted =
                DeflateParameters.accept(List.of("permessage-deflate; client_max_window_bits"), false);
        assertThat(accepted.sendTakeover()).isFalse();
        assertThat(accepted.receiveTakeover()).isFalse();
        assertThat(accepted.response())
                .isEqualTo("permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    }

    @Test
    void theWindowIsWhatTheOfferSays() {
        assertThat(DeflateParameters.accept(List.of("permessage-deflate"), true).sendWindowBits())
                .isEqualTo(15);
        for (int bits = 8; bits <= 15; bits++) {
            DeflateParameters accepted =
                    DeflateParameters.accept(List.of("permessage-deflate; server_max_window_bits=" + bits), true);
            assertThat(accepted.sendWindowBits()).isEqualTo(bits);
        }
    }

    @Test
    void takeoverIsKeptByWhomeverTheOfferDoesNotForbidIt() {
        DeflateParameters accepted =
                DeflateParameters.accept(List.of("permessage-deflate; server_no_context_takeover"), true);
        assertThat(accepted.sendTakeover()).isFalse();
        assertThat(accepted.receiveTakeover()).isTrue();
    }

    @Test
    void aClientTakesAnAnswerFromTheServersSide() {
        DeflateParameters agreed = DeflateParameters.agreed("permessage-deflate; server_no_context_takeover");
        assertThat(agreed.sendTakeover()).isTrue();
        assertThat(agreed.receiveTakeover()).isFalse();
        assertThat(DeflateParameters.agreed("permessage-deflate; server_max_window_bits=10"))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x-webkit-deflate-frame",
                "permessage-deflate, permessage-deflate",
                "permessage-deflate; foo",
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate; client_max_window_bits=10",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
            })
    void aClientRefusesAnAnswerToSomethingElse(String answer) {
        assertThat(DeflateParameters.agreed(answer)).isNull();
    }

    @Test
    void contextsAreHandedOutAndTakenBack() {
        Compression one = new Compression(1);
        Handshake.Agreed first = Handshake.negotiate(List.of("permessage-deflate"), one);
        assertThat(first.header()).isEqualTo("permessage-deflate");
        assertThat(Handshake.negotiate(List.of("permessage-deflate"), one).header())
                .contains("server_no_context_takeover", "client_no_context_takeover");
        one.releaseContext();
        Handshake.negotiate(List.of("permessage-deflate; server_no_context_takeover; client_no_context_takeover"), one);
        Handshake.negotiate(List.of("permessage-deflate; server_max_window_bits=7"), one);
        assertThat(Handshake.negotiate(List.of("permessage-deflate"), one).header())
                .isEqualTo("permessage-deflate");
    }
}
