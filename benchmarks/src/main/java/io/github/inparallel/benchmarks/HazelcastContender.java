package io.github.inparallel.benchmarks;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IExecutorService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** Hazelcast: calls from this member to another one in a JVM of its own, on the loopback interface. */
final class HazelcastContender implements Contender {

    /** As Hazelcast's manual recommends. */
    static final List<String> JVM_OPTIONS = List.of(
            "--add-modules=java.se",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.management/sun.management=ALL-UNNAMED",
            "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");

    private static final String EXECUTOR = "calls";

    private final HazelcastInstance here;
    private final Process other;
    private final IExecutorService executor;
    private final Member there;

    HazelcastContender(int workers) throws Exception {
        String cluster = "benchmark-" + ProcessHandle.current().pid();
        this.here = Hazelcast.newHazelcastInstance(config(cluster, workers));
        List<String> options = new ArrayList<>(JVM_OPTIONS);
        options.add("-Xmx" + Runtime.getRuntime().maxMemory()); // that of this member
        this.other = Program.start(Program.command(options, HazelcastContender.class, cluster, workers));
        while (here.getCluster().getMembers().size() < 2) {
            if (!other.isAlive()) {
                throw new IllegalStateException("the other member has ended");
            }
            LockSupport.parkNanos(10_000_000);
        }
        this.there = here.getCluster().getMembers().stream()
                .filter(member -> !member.localMember())
                .findFirst()
                .orElseThrow();
        this.executor = here.getExecutorService(EXECUTOR);
    }

    /** The other member. */
    public static void main(String[] args) {
        Program.endWithParent();
        Hazelcast.newHazelcastInstance(config(args[0], Integer.parseInt(args[1])));
    }

    private static Config config(String cluster, int workers) {
        Config config = new Config()
                .setClusterName(cluster)
                .setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.socket.bind.any", "false");
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        JoinConfig join = config.getNetworkConfig().getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).addMember("127.0.0.1");
        config.getExecutorConfig(EXECUTOR).setPoolSize(workers);
        return config;
    }

    private <T> Future<T> submit(Callable<T> call) {
        return executor.submitToMember(call, there);
    }

    @Override
    public String echo(String text) throws Exception {
        return echoLater(text).get();
    }

    @Override
    public Future<String> echoLater(String text) {
        return submit(new RemoteCalls.Echo(text));
    }

    @Override
    public byte[] echoBytes(byte[] bytes) throws Exception {
        return submit(new RemoteCalls.EchoBytes(bytes)).get();
    }

    @Override
    public byte[] bytes(int size) throws Exception {
        return submit(new RemoteCalls.Bytes(size)).get();
    }

    @Override
    public Future<Long> work(int millionSteps) {
        return submit(new RemoteCalls.Steps(millionSteps));
    }

    @Override
    public void close() {
        other.destroyForcibly();
        here.getLifecycleService().terminate();
    }
}
