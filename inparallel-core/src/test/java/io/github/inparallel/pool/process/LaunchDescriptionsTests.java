package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerLogs;
import io.github.inparallel.protocol.LaunchDescription;
import io.github.inparallel.protocol.LogEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LaunchDescriptionsTests {

    private static final Path SOCKET = Path.of("/tmp/inparallel-1-2/s");
    private static final WorkerLogs LOGS = new WorkerLogs() {
        @Override
        public void publish(String pool, long pid, LogEvent event) {}

        @Override
        public Map<String, String> levels() {
            return Map.of();
        }
    };

    private final Credentials credentials = new Credentials(2);

    @Test
    void workerIsToldWhatItsPoolIsSetTo() throws Exception {
        PoolOptions options = PoolOptions.builder()
                .name("reports")
                .concurrency(2)
                .heartbeatInterval(Duration.ofSeconds(1))
                .heartbeatTimeout(Duration.ofSeconds(7))
                .killGrace(Duration.ofMillis(300))
                .spin(Duration.ofNanos(11))
                .maxPayload(4096)
                .format(Marshaller.Format.JSON)
                .systemProperties(Map.of("zero", "a\0b"))
                .bootstrap(new PoolOptions.Bootstrap(null, "com.example.Boot", Map.of("a", "b"), List.of()))
                .build();

        LaunchDescription told = new LaunchDescriptions(options, SOCKET).of(3, credentials, true, List.of("m1", "m2"));

        assertThat(told.socket()).isEqualTo(SOCKET.toString());
        assertThat(told.pool()).isEqualTo("reports");
        assertThat(told.worker()).isEqualTo(3);
        assertThat(told.controlSecret()).isEqualTo(credentials.control());
        assertThat(told.slotSecrets()).isEqualTo(credentials.slots());
        assertThat(told.heartbeatTimeoutMillis()).isEqualTo(7_000);
        assertThat(told.killGraceMillis()).isEqualTo(300);
        assertThat(told.spinNanos()).isEqualTo(11);
        assertThat(told.maxPayload()).isEqualTo(4096);
        assertThat(told.format()).isEqualTo("JSON");
        assertThat(told.mapper()).isTrue();
        assertThat(told.called()).containsExactly("m1", "m2");
        assertThat(told.bootstrap()).isEqualTo("com.example.Boot");
        assertThat(told.settings()).isEqualTo(Map.of("a", "b"));
        assertThat(told.properties()).containsEntry("zero", "a\0b");
        assertThat(LaunchDescription.of(told.toBytes())).as("on the other side").isEqualTo(told);
    }

    @Test
    void connectionForLogsHasASecretOnlyIfSomebodyListens() {
        PoolOptions silent = PoolOptions.builder().build();
        PoolOptions logged = PoolOptions.builder().logs(LOGS).build();

        assertThat(new LaunchDescriptions(silent, SOCKET)
                        .of(1, credentials, false, List.of())
                        .logSecret())
                .isEmpty();
        assertThat(new LaunchDescriptions(logged, SOCKET)
                        .of(1, credentials, false, List.of())
                        .logSecret())
                .isEqualTo(credentials.log());
    }

    @Test
    void workerThatGetsNoPingsIsToldToWaitForThemLonger() {
        assertThat(new LaunchDescriptions(PoolOptions.builder().build(), SOCKET)
                        .of(0, credentials, true, List.of(), Duration.ofHours(1))
                        .heartbeatTimeoutMillis())
                .isEqualTo(3_600_000);
    }
}
