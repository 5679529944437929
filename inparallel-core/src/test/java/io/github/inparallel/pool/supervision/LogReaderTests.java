package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.pool.WorkerLogs;
import io.github.inparallel.protocol.Channels;
import io.github.inparallel.protocol.LogEvent;
import io.github.inparallel.protocol.TaskRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LogReaderTests {

    @TempDir
    private Path folder;

    private Channels channels;
    private final List<String> published = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private boolean known;
    private final WorkerLogs logs = new WorkerLogs() {
        @Override
        public void publish(String pool, long pid, LogEvent event) {
            if (event.message().equals("costly")) {
                throw new OutOfMemoryError("for the test");
            }
            published.add(event.message());
        }

        @Override
        public Map<String, String> levels() {
            return Map.of();
        }
    };
    private final LogReader.Listener listener = new LogReader.Listener() {
        @Override
        public boolean isKnown() {
            return known;
        }

        @Override
        public void broken() {
            told.add("broken");
        }

        @Override
        public void unheard() {
            told.add("unheard");
        }

        @Override
        public void ended() {
            told.add("ended");
        }
    };

    @BeforeEach
    void open() throws IOException {
        channels = Channels.open(folder);
    }

    @AfterEach
    void close() {
        channels.close();
    }

    private void logs(String message) throws IOException {
        channels.worker().send(new LogEvent(1, "INFO", "logger", "thread", message, Map.of(), new byte[0]).toFrame());
    }

    private void readToTheEnd() {
        channels.worker().closeQuietly();
        new LogReader(TestWorkers.launched(), "test", channels.parent(), logs, listener).run();
    }

    @Test
    void anEventThatCostsAnErrorIsOneEvent() throws IOException {
        logs("first");
        logs("costly");
        logs("last");

        readToTheEnd();

        assertThat(published).containsExactly("first", "last");
        assertThat(told).containsExactly("ended");
    }

    @Test
    void aReaderThatDiesHasTheWorkerReplaced() throws IOException {
        channels.parent().beforeLarge(length -> {
            throw new OutOfMemoryError("for the test");
        });
        CompletableFuture<Void> logged = CompletableFuture.runAsync(() -> {
            try {
                logs("x".repeat(TaskRequest.LARGE));
            } catch (IOException e) {
                throw new UncheckedIOException(e); // nobody reads it to the end
            }
        });

        new LogReader(TestWorkers.launched(), "test", channels.parent(), logs, listener).run();

        assertThat(logged).failsWithin(Duration.ofSeconds(20));
        assertThat(told).containsExactly("unheard", "ended");
    }

    @Test
    void whatHasBeenSaidBeforeIsLeftOut() throws IOException {
        known = true;
        logs("again");

        readToTheEnd();

        assertThat(published).isEmpty();
    }
}
