package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.pool.LoggedLines;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChoresTests {

    private final LoggedLines lines = new LoggedLines(Chores.class.getName());
    private final List<Runnable> handed = new ArrayList<>();

    @AfterEach
    void close() {
        lines.close();
    }

    @Test
    void choreIsHandedToAnotherThread() {
        List<String> run = new ArrayList<>();

        new Chores("ocr", handed::add).run(() -> run.add("chore"));

        assertThat(run).isEmpty();
        handed.forEach(Runnable::run);
        assertThat(run).containsExactly("chore");
    }

    @Test
    void choreThatThrowsEndsNoThread() {
        new Chores("ocr", handed::add).run(() -> {
            throw new StackOverflowError("thrown by a test");
        });

        handed.forEach(Runnable::run);

        assertThat(lines.all()).containsExactly("WARN A step of pool 'ocr' failed");
    }

    @Test
    void choreRunsHereIfThereIsNoThread() {
        List<String> run = new ArrayList<>();
        Chores chores = new Chores("ocr", chore -> {
            throw new RejectedExecutionException("thrown by a test");
        });

        chores.run(() -> run.add("chore"));
        chores.run(() -> {
            throw new IllegalStateException("thrown by a test");
        });

        assertThat(run).containsExactly("chore");
        assertThat(lines.starting("WARN Pool 'ocr' got no thread")).hasSize(2);
    }
}
