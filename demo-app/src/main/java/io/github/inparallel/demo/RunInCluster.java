package io.github.inparallel.demo;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Profile;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** With {@code --demo.members}: does the job by other members, once. The exit code is 0 if just one host failed, as it was meant to. */
@Component
@Profile(DemoApplication.CALLER)
@ConditionalOnProperty(name = "demo.stay", havingValue = "false", matchIfMissing = true)
@Order(1)
final class RunInCluster implements ApplicationRunner, ExitCodeGenerator {

    private final ClusterJob job;
    private final Members members;
    private final Fleet fleet;
    private volatile boolean asMeant;

    RunInCluster(ClusterJob job, Members members, Fleet fleet) {
        this.job = job;
        this.members = members;
        this.fleet = fleet;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        asMeant = job.run(fleet.servers(), members.names(), members::kill, System.out);
    }

    @Override
    public int getExitCode() {
        return asMeant ? 0 : 1;
    }
}
