package io.github.inparallel.pool;

import io.github.inparallel.protocol.LaunchDescription;
import java.io.IOException;
import java.nio.file.Path;

/** Starts workers. Called on a thread of its own, because starting a process may take long. */
public interface WorkerLauncher {

    /**
     * @param directory the pool's private directory
     * @throws IOException if the process cannot be started; the message names what is missing
     */
    WorkerProcess launch(LaunchDescription description, Path directory) throws IOException;
}
