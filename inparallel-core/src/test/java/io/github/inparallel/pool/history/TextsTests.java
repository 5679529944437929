package io.github.inparallel.pool.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.TaskFailedException;
import org.junit.jupiter.api.Test;

/** Texts keep to the memory that they are given. */
class TextsTests {

    @Test
    void textThatFitsIsKept() {
        assertThat(Texts.cut("", 10)).isEmpty();
        assertThat(Texts.cut("0123456789", 10)).isEqualTo("0123456789");
        assertThat(Texts.cut("äöü", 10)).isEqualTo("äöü");
        assertThat(Texts.cut("日本語", 10)).isEqualTo("日本語");
    }

    @Test
    void longTextIsCutAndSaysSo() {
        assertThat(Texts.cut("0123456789A", 10)).isEqualTo("0123456...");
        assertThat(Texts.cut("日本語日本語", 10)).isEqualTo("日本...");
    }

    @Test
    void textThatIsLatinOnlyAtItsBeginningIsCutLikeOneThatIs() {
        assertThat(Texts.cut("0123456789日本語", 10)).isEqualTo("0123456...");
    }

    @Test
    void noCharacterIsCutInTwo() {
        assertThat(Texts.cut("ab😀😀😀😀😀", 12)).isEqualTo("ab...");
    }

    @Test
    void firstLineEndsAtAnyLineBreak() {
        assertThat(Texts.firstLine("one\ntwo")).isEqualTo("one");
        assertThat(Texts.firstLine("one\r\ntwo")).isEqualTo("one");
        assertThat(Texts.firstLine("\n  one  \rtwo")).isEqualTo("one");
        assertThat(Texts.firstLine(null)).isEmpty();
        assertThat(Texts.firstLine("\n \n")).isEmpty();
    }

    @Test
    void typeIsThatOfTheMethodsOwnException() {
        assertThat(Texts.type(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
        assertThat(Texts.type(new TaskFailedException("com.example.Unknown", "said")))
                .isEqualTo("com.example.Unknown");
        assertThat(Texts.type(null)).isEmpty();
    }
}
