package io.github.inparallel.spring.ui;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A cursor says how far each pool was read, and survives its way through an address. */
class CursorTests {

    @Test
    void isReadAsItWasWritten() {
        Cursor cursor = Cursor.start();
        cursor.read("press", 17);
        cursor.read("a.b-c/ü?&", Long.MAX_VALUE);
        cursor.read("", 0);

        assertThat(cursor.toString()).matches("[A-Za-z0-9._-]+");
        Cursor read = Cursor.parse(cursor.toString());
        assertThat(read.of("press")).isEqualTo(17);
        assertThat(read.of("a.b-c/ü?&")).isEqualTo(Long.MAX_VALUE);
        assertThat(read.of("another")).isZero();
    }

    @Test
    void isShortWithManyPoolsOfLongNames() {
        Cursor cursor = Cursor.start();
        for (int pool = 0; pool < 100; pool++) {
            cursor.read("x".repeat(60) + pool, 1_000_000 + pool);
        }

        assertThat(cursor.toString()).hasSizeLessThan(2_000);
        Cursor read = Cursor.parse(cursor.toString());
        for (int pool = 0; pool < 100; pool++) {
            assertThat(read.of("x".repeat(60) + pool)).isEqualTo(1_000_000 + pool);
        }
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", ".", "abc", "00000000.x-1", "-1", "\u0000"})
    void whatThisProcessDidNotWriteIsTheStart(String text) {
        assertThat(Cursor.parse(text).isStart()).isTrue();
    }

    @Test
    void brokenNumbersAreTheStart() {
        String process = Cursor.start().toString();
        assertThat(Cursor.parse(process + "cA-99999999999999999999").isStart()).isTrue();
        assertThat(Cursor.parse(process + "cA-").isStart()).isTrue();
    }

    @Test
    void whoHasReadThatThereIsNoPoolHasReadSomething() {
        assertThat(Cursor.parse(Cursor.start().toString()).isStart()).isFalse();
    }
}
