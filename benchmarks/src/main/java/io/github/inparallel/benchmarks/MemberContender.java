package io.github.inparallel.benchmarks;

import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.spring.ClusterView;
import io.github.inparallel.spring.WorkerPools;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.springframework.context.ConfigurableApplicationContext;

/** The pool of a Spring application that is a member of a cluster: workers of other members run its calls. */
final class MemberContender extends PoolContender {

    private static final long LOOK_NANOS = 10_000_000;

    private final ConfigurableApplicationContext context;
    private final Members others;
    private final Tasks tasks;

    private MemberContender(ConfigurableApplicationContext context, Members others) {
        this.context = context;
        this.others = others;
        this.tasks = context.getBean(Tasks.class);
    }

    /** A member that has no workers, and another one that runs all of its calls. */
    static MemberContender callingOnly(int workers, int concurrency, boolean tls) throws IOException {
        return start(0, 1, workers, concurrency, tls);
    }

    /**
     * Starts this member and others, and waits until they share their slots.
     *
     * @param ownWorkers of this member; none if it only calls
     * @param others how many other members there are
     * @param workers of each of them
     * @param concurrency tasks that each worker runs at a time
     */
    static MemberContender start(int ownWorkers, int others, int workers, int concurrency, boolean tls)
            throws IOException {
        int port = Members.freePort();
        Members members = new Members();
        try {
            ConfigurableApplicationContext context =
                    SpringContender.run(properties(port, port, ownWorkers, concurrency, tls));
            for (int i = 0; i < others; i++) {
                members.start(MemberContender.class, port, workers, concurrency, tls);
            }
            MemberContender started = new MemberContender(context, members);
            started.awaitSlots(others, workers * concurrency);
            return started;
        } catch (RuntimeException | IOException e) {
            members.close();
            throw e;
        }
    }

    /**
     * Another member.
     *
     * @param args the first one's port; workers; tasks that each runs at a time; whether there is TLS
     */
    public static void main(String[] args) {
        Program.endWithParent();
        SpringContender.run(properties(
                0,
                Integer.parseInt(args[0]),
                Integer.parseInt(args[1]),
                Integer.parseInt(args[2]),
                Boolean.parseBoolean(args[3])));
    }

    private static List<String> properties(int port, int first, int workers, int concurrency, boolean tls) {
        List<String> properties = new ArrayList<>(List.of(
                "spring.application.name=benchmark",
                "inparallel.cluster.enabled=true",
                "inparallel.cluster.port=" + port,
                "inparallel.cluster.members=127.0.0.1:" + first,
                "inparallel.pool.spread=cluster",
                "inparallel.pool.min-workers=" + workers,
                "inparallel.pool.max-workers=" + workers,
                "inparallel.pool.concurrency=" + concurrency,
                "inparallel.pool.heap=256MB"));
        if (tls) {
            properties.add("inparallel.cluster.secret=" + Members.SECRET);
        }
        return properties;
    }

    private void awaitSlots(int members, int slots) {
        ClusterView view = context.getBean(ClusterView.class);
        while (view.members().stream()
                        .filter(member -> member.freeSlots().getOrDefault("default", 0) == slots)
                        .count()
                < members) {
            others.check();
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    @Override
    Tasks tasks() {
        return tasks;
    }

    @Override
    WorkerPool pool() {
        return context.getBean(WorkerPools.class).get("default");
    }

    @Override
    public void close() {
        others.close();
        context.close();
    }
}
