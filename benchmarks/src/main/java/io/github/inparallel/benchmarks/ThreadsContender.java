package io.github.inparallel.benchmarks;

import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A thread pool in this JVM: what a call costs when nothing is copied and no process is left. */
final class ThreadsContender implements Contender {

    private final ThreadPoolExecutor executor;

    ThreadsContender(int workers) {
        this.executor = new ThreadPoolExecutor(workers, workers, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    }

    @Override
    public String echo(String text) throws Exception {
        return echoLater(text).get();
    }

    @Override
    public Future<String> echoLater(String text) {
        return executor.submit(() -> text);
    }

    @Override
    public byte[] echoBytes(byte[] bytes) throws Exception {
        Callable<byte[]> copy = bytes::clone;
        return executor.submit(copy).get();
    }

    @Override
    public byte[] bytes(int size) throws Exception {
        Callable<byte[]> made = () -> new byte[size];
        return executor.submit(made).get();
    }

    @Override
    public Future<Long> work(int millionSteps) {
        return executor.submit(() -> Work.steps(millionSteps));
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
