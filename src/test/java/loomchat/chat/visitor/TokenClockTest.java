package loomchat.chat.visitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import loomchat.chat.visitor.TokenClock.Due;
import loomchat.identity.Identity;
import loomchat.identity.VerifiedToken;
import org.junit.jupiter.api.Test;

/** A token is noticed before it ends, and its connection ends some time after it. */
class TokenClockTest {
    private static final long WALL = 1_800_000_000_000L;
    private static final long START = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(100);

    private static VerifiedToken token(long seconds) {
        return new VerifiedToken(new Identity("subject", "session"), WALL + seconds * 1000);
    }

    private static long at(long seconds) {
        return START + TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void noticeComesAMinuteBeforeTheEndAndOnce() {
        TokenClock clock = new TokenClock(token(300), WALL, START);
        assertThat(clock.due(at(239))).isEqualTo(Due.NOTHING);
        assertThat(clock.due(at(240))).isEqualTo(Due.NOTICE);
        assertThat(clock.due(at(241))).as("until the client is told").isEqualTo(Due.NOTICE);
        assertThat(clock.secondsLeft(at(241))).isEqualTo(59);
        clock.told();
        assertThat(clock.due(at(324))).isEqualTo(Due.NOTHING);
        assertThat(clock.due(at(325))).isEqualTo(Due.END);
    }

    @Test
    void aShortTokenIsNoticedAtHalfOfItsTime() {
        TokenClock clock = new TokenClock(token(20), WALL, START);
        assertThat(clock.due(at(9))).isEqualTo(Due.NOTHING);
        assertThat(clock.due(at(10))).isEqualTo(Due.NOTICE);
    }

    @Test
    void aNewTokenStartsTheClockAnew() {
        TokenClock clock = new TokenClock(token(300), WALL, START);
        assertThat(clock.due(at(250))).isEqualTo(Due.NOTICE);
        clock.told();
        clock.renew(token(550), WALL + 250_000, at(250));
        assertThat(clock.due(at(400))).isEqualTo(Due.NOTHING);
        assertThat(clock.due(at(490))).isEqualTo(Due.NOTICE);
        assertThat(clock.secondsLeft(at(490))).isEqualTo(60);
    }

    @Test
    void aTokenThatEndedMeanwhileHasItsGrace() {
        TokenClock clock = new TokenClock(token(-10), WALL, START);
        assertThat(clock.due(at(0))).isEqualTo(Due.NOTICE);
        assertThat(clock.secondsLeft(at(0))).isZero();
        assertThat(clock.due(at(25))).isEqualTo(Due.END);
    }
}
