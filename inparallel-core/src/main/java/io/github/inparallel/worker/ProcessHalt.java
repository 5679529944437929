package io.github.inparallel.worker;

/** Ends this process, its descendants first: nobody else would. */
final class ProcessHalt implements Halt {

    @Override
    public void now(int exitCode) {
        try {
            Descendants.endAll();
        } finally {
            Runtime.getRuntime().halt(exitCode);
        }
    }

    @Override
    public boolean endsProcess() {
        return true;
    }

    @Override
    public void onExit(Runnable callback, long graceMillis) {
        Runtime.getRuntime().addShutdownHook(new Thread(callback, "inparallel-exit"));
        ExitGrace.install(graceMillis);
    }
}
