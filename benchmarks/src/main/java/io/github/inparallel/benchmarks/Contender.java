package io.github.inparallel.benchmarks;

import java.util.concurrent.Callable;
import java.util.concurrent.Future;

/** Something that runs calls elsewhere: the pool, or one of its peers. */
interface Contender extends AutoCloseable {

    /** A call that is waited for, as its users would write it. */
    String echo(String text) throws Exception;

    /** A call that is not waited for. */
    Future<String> echoLater(String text) throws Exception;

    byte[] echoBytes(byte[] bytes) throws Exception;

    /** Keeps a processor busy. */
    Future<Long> work(int millionSteps) throws Exception;

    @Override
    void close();

    /**
     * Starts one, and waits until it answers.
     *
     * @param name spring, core, threads, pp4j or hazelcast
     * @param workers processes that run calls
     */
    static Contender start(String name, int workers) throws Exception {
        Callable<Contender> contender = switch (name) {
            case "spring" -> () -> SpringContender.start(workers);
            case "core" -> () -> CoreContender.start(workers);
            case "threads" -> () -> new ThreadsContender(workers);
            case "pp4j" -> () -> new Pp4jContender(workers);
            case "hazelcast" -> () -> new HazelcastContender(workers);
            default -> throw new IllegalArgumentException(name);
        };
        Contender started = contender.call();
        started.echo("are you there?");
        return started;
    }
}
