package io.github.inparallel.pool.process;

import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.protocol.LaunchDescription;
import io.github.inparallel.units.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Makes what the workers of a pool are told at their start. Thread-safe. */
public final class LaunchDescriptions {

    private final PoolOptions options;
    private final Path socket;

    public LaunchDescriptions(PoolOptions options, Path socket) {
        this.options = options;
        this.socket = socket;
    }

    /**
     * Returns what a worker is told.
     *
     * @param worker its number
     * @param mapper whether tasks are known whose values need a mapper
     * @param called ids of the methods that tasks have called before
     */
    public LaunchDescription of(int worker, Credentials credentials, boolean mapper, List<String> called) {
        return of(worker, credentials, mapper, called, options.heartbeatTimeout());
    }

    /**
     * Returns what a worker is told.
     *
     * @param heartbeatTimeout without a ping for twice this time the parent counts as gone
     */
    LaunchDescription of(
            int worker, Credentials credentials, boolean mapper, List<String> called, Duration heartbeatTimeout) {
        return new LaunchDescription(
                socket.toString(),
                options.name(),
                worker,
                credentials.control(),
                options.logs() == null ? "" : credentials.log(),
                credentials.slots(),
                Durations.millis(heartbeatTimeout),
                Durations.millis(options.killGrace()),
                options.spin().toNanos(),
                options.maxPayload(),
                options.format().name(),
                mapper,
                called,
                options.bootstrap().type(),
                options.bootstrap().settings(),
                LaunchProperties.of(options));
    }
}
