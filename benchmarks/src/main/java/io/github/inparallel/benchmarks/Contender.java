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

    /** A call that has a result of that many bytes. */
    byte[] bytes(int size) throws Exception;

    /** Keeps a processor busy. */
    Future<Long> work(int millionSteps) throws Exception;

    @Override
    void close();

    /**
     * Starts one, and waits until it answers.
     *
     * @param name spring, core, threads, pp4j or hazelcast; member or member-tls, where another member of a cluster runs the
     *     calls; rpc or rpc-tls, which is the same with JGroups alone
     * @param workers processes that run calls
     */
    static Contender start(String name, int workers) throws Exception {
        Callable<Contender> contender = switch (name) {
            case "spring" -> () -> SpringContender.start(workers);
            case "core" -> () -> CoreContender.start(workers);
            case "threads" -> () -> new ThreadsContender(workers);
            case "pp4j" -> () -> new Pp4jContender(workers);
            case "hazelcast" -> () -> new HazelcastContender(workers);
            case "member" -> () -> MemberContender.callingOnly(workers, 1, false);
            case "member-tls" -> () -> MemberContender.callingOnly(workers, 1, true);
            case "rpc" -> () -> new RpcContender(false);
            case "rpc-tls" -> () -> new RpcContender(true);
            default -> throw new IllegalArgumentException(name);
        };
        Contender started = contender.call();
        started.echo("are you there?");
        return started;
    }
}
