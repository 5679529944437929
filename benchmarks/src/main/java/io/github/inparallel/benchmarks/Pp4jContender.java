package io.github.inparallel.benchmarks;

import java.util.concurrent.Future;
import net.viktorc.pp4j.impl.JavaProcessPoolExecutor;
import net.viktorc.pp4j.impl.SimpleJavaProcessOptions;

/** PP4J: processes that speak Base64 over their standard streams. */
final class Pp4jContender implements Contender {

    private final JavaProcessPoolExecutor pool;

    Pp4jContender(int workers) throws InterruptedException {
        this.pool = new JavaProcessPoolExecutor(new SimpleJavaProcessOptions(0), workers, workers, 0, null, false);
    }

    @Override
    public String echo(String text) throws Exception {
        return echoLater(text).get();
    }

    @Override
    public Future<String> echoLater(String text) throws Exception {
        return pool.submitExplicitly(new RemoteCalls.Echo(text), false);
    }

    @Override
    public byte[] echoBytes(byte[] bytes) throws Exception {
        return pool.submitExplicitly(new RemoteCalls.EchoBytes(bytes), false).get();
    }

    @Override
    public byte[] bytes(int size) throws Exception {
        return pool.submitExplicitly(new RemoteCalls.Bytes(size), false).get();
    }

    /** Keeps a process busy for ever. */
    Future<String> hang() throws Exception {
        return pool.submitExplicitly(new RemoteCalls.Hang(), false);
    }

    @Override
    public Future<Long> work(int millionSteps) throws Exception {
        return pool.submitExplicitly(new RemoteCalls.Steps(millionSteps), false);
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
