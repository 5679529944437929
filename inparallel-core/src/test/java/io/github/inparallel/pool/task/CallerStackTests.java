package io.github.inparallel.pool.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A failure shows who made the call. This class counts as the engine itself, so its own frames are left out. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallerStackTests {

    private static List<String> methods(Throwable failure) {
        return Arrays.stream(failure.getStackTrace())
                .map(StackTraceElement::getMethodName)
                .toList();
    }

    private static IllegalStateException remote() {
        IllegalStateException failure = new IllegalStateException("broken");
        failure.setStackTrace(new StackTraceElement[] {new StackTraceElement("app.Ocr", "read", "Ocr.java", 12)});
        return failure;
    }

    @Test
    void callersFramesComeAfterThoseOfTheFailure() {
        IllegalStateException failure = remote();

        assertThat(CallerStack.ofThisThread(false).appendTo(failure)).isSameAs(failure);

        assertThat(failure.getStackTrace()[0].getClassName()).isEqualTo("app.Ocr");
        assertThat(failure.getStackTrace()).hasSizeGreaterThan(1);
        assertThat(failure.getStackTrace()[1].getClassName()).doesNotStartWith("io.github.inparallel.pool");
    }

    @Test
    void callersFramesReplaceThoseOfTheEngine() {
        IllegalStateException failure = new IllegalStateException("late");

        assertThat(CallerStack.ofThisThread(false).replaceIn(failure)).isSameAs(failure);

        assertThat(failure.getStackTrace()).isNotEmpty();
        assertThat(failure.getStackTrace()[0].getClassName()).doesNotStartWith("io.github.inparallel.pool");
    }

    @Test
    void failureThatTakesNoFramesStaysAsItIs() {
        IllegalStateException failure = new IllegalStateException("broken") {
            @Override
            public StackTraceElement[] getStackTrace() {
                throw new UnsupportedOperationException();
            }
        };

        assertThat(CallerStack.ofThisThread(false).appendTo(failure)).isSameAs(failure);
    }

    @Test
    void callerThatWaitsIsShownWhereItStandsWhenTheTaskEnds() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CallerStack[] made = new CallerStack[1];
        Thread caller = new Thread(() -> {
            made[0] = CallerStack.ofThisThread(true);
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        caller.start();
        while (caller.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }

        IllegalStateException failure = made[0].replaceIn(new IllegalStateException("late"));

        end.countDown();
        caller.join();
        assertThat(methods(failure)).doesNotContain("park", "await");
        assertThat(methods(failure)).contains("run");
    }

    @Test
    void callerThatWaitsAndIsGoneLeavesNoFrames() throws Exception {
        CallerStack[] made = new CallerStack[1];
        Thread caller = new Thread(() -> made[0] = CallerStack.ofThisThread(true));
        caller.start();
        caller.join();

        IllegalStateException failure = made[0].appendTo(remote());

        assertThat(methods(failure)).containsExactly("read");
    }
}
