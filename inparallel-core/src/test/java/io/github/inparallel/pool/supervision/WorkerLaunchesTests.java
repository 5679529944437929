package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerLauncher;
import io.github.inparallel.pool.WorkerProcess;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.history.History;
import io.github.inparallel.pool.process.PrivateDirectory;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.runtime.ResultBudget;
import io.github.inparallel.pool.task.KnownMethods;
import io.github.inparallel.pool.task.PoisonGuard;
import io.github.inparallel.protocol.LaunchDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is heard of launches that succeed, fail, or take too long; each thread runs when the test wants. */
class WorkerLaunchesTests {

    private final PoolOptions options = PoolOptions.builder().name("ocr").build();
    private final List<String> heard = new ArrayList<>();
    private final List<Runnable> chores = new ArrayList<>();
    private final List<Runnable> commands = new ArrayList<>();
    private final Worker worker = TestWorkers.launched();
    private final StubProcess process = new StubProcess();
    private final PrivateDirectory directory;
    private @Nullable LaunchDescription described;

    WorkerLaunchesTests() throws IOException {
        directory = PrivateDirectory.create(List.of(Path.of(System.getProperty("java.io.tmpdir"))));
    }

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    private static final class StubProcess implements WorkerProcess {

        private boolean killed;
        private boolean hasNoPid;

        @Override
        public long pid() {
            if (hasNoPid) {
                throw new UnsupportedOperationException("thrown by a test");
            }
            return 4711;
        }

        @Override
        public CompletableFuture<Integer> exit() {
            return new CompletableFuture<>();
        }

        @Override
        public CompletableFuture<Void> outputEnd() {
            return new CompletableFuture<>();
        }

        @Override
        public void kill() {
            killed = true;
        }

        @Override
        public List<String> lastLines() {
            return List.of();
        }

        @Override
        public boolean hasPrinted(String text) {
            return false;
        }

        @Override
        public OptionalLong residentMemory() {
            return OptionalLong.empty();
        }
    }

    private void launch(WorkerLauncher launcher) {
        SupervisedPool pool = new SupervisedPool(
                options,
                Machine.REAL,
                new Dispatcher(options, Machine.REAL),
                new PoolObserver() {},
                launcher,
                directory,
                new KnownMethods(new Marshaller(options.format(), options.maxPayload(), options.mapperCustomizer())),
                new PoisonGuard(0),
                new ResultBudget(1),
                chores::add,
                new History(options.name(), Machine.REAL));
        WorkerLaunches.Listener listener = new WorkerLaunches.Listener() {
            @Override
            public void launched(Worker which, WorkerProcess started) {
                assertThat(started).isSameAs(process);
                heard.add("launched " + which.name());
            }

            @Override
            public void notLaunched(Worker which, Throwable failure) {
                heard.add("not launched " + which.name() + ": " + failure.getMessage());
            }
        };
        new WorkerLaunches(pool, new Chores("ocr", chores::add), commands::add, listener).launch(worker);
    }

    private WorkerProcess started(LaunchDescription description, Path folder) {
        assertThat(folder).isEqualTo(directory.path());
        described = description;
        return process;
    }

    private void runChores() {
        chores.forEach(Runnable::run);
    }

    private List<String> heard() {
        commands.forEach(Runnable::run);
        return heard;
    }

    @Test
    void processIsStartedElsewhereAndHeardOfOnTheSupervisorsThread() {
        launch(this::started);
        assertThat(described).as("nobody waits for it").isNull();

        runChores();
        assertThat(heard).isEmpty();
        assertThat(worker.process()).isSameAs(process);
        assertThat(worker.pid()).isEqualTo(4711);

        assertThat(heard()).containsExactly("launched ocr-1");
        assertThat(process.killed).isFalse();
        assertThat(described).isNotNull();
    }

    @Test
    void launcherThatThrowsIsHeardOf() {
        launch((description, folder) -> {
            throw new IOException("no java");
        });
        runChores();

        assertThat(heard()).containsExactly("not launched ocr-1: no java");
    }

    @Test
    void errorOfALauncherIsHeardOfToo() {
        launch((description, folder) -> {
            throw new NoClassDefFoundError("Launcher");
        });
        runChores();

        assertThat(heard()).containsExactly("not launched ocr-1: Launcher");
    }

    @Test
    void processThatComesAfterItsLaunchWasGivenUpIsKilledAndNotHeardOf() {
        launch(this::started);
        assertThat(worker.giveUpLaunch()).isTrue();

        runChores();

        assertThat(heard()).isEmpty();
        assertThat(process.killed).isTrue();
        assertThat(worker.process()).isNull();
    }

    @Test
    void processThatCannotSayItsIdIsKilled() {
        process.hasNoPid = true;
        launch(this::started);

        runChores();

        assertThat(heard()).containsExactly("not launched ocr-1: thrown by a test");
        assertThat(process.killed).isTrue();
    }
}
