package io.github.inparallel.worker;

/** Ends this process, its descendants first: nobody else would. */
final class ProcessHalt implements Halt {

    @Override
    public void now(int exitCode) {
        try {
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        } finally {
            Runtime.getRuntime().halt(exitCode);
        }
    }

    @Override
    public void onExit(Runnable callback) {
        Runtime.getRuntime().addShutdownHook(new Thread(callback, "inparallel-exit"));
    }
}
