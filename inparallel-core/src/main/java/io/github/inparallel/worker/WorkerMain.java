package io.github.inparallel.worker;

import io.github.inparallel.TaskContext;
import io.github.inparallel.protocol.LaunchDescription;
import io.github.inparallel.protocol.WorkerJvm;
import java.io.IOException;

/** Main class of every worker process. Its only argument is the worker's name, for whoever lists processes. */
public final class WorkerMain {

    private WorkerMain() {}

    public static void main(String[] args) throws IOException {
        // To the end: the parent closes the pipe, so a child of a task that inherits stdin reads end of file.
        LaunchDescription launch = LaunchDescription.of(System.in.readAllBytes());
        launch.properties().forEach(System::setProperty);
        System.setProperty(TaskContext.WORKER_PROPERTY, launch.pool() + "-" + launch.worker());
        ProcessSurroundings.prepare();
        Halt halt = new ProcessHalt();
        try {
            new WorkerRuntime(launch, halt).run();
        } catch (IOException e) {
            halt.now(WorkerJvm.PARENT_GONE, "The connection to the application is lost", e);
        } catch (Throwable e) { // threads of the application's would keep a process that is no worker any more
            halt.failed("The main thread cannot go on", e);
        }
    }
}
