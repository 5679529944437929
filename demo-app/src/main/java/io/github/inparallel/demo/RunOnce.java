package io.github.inparallel.demo;

import java.io.IOException;
import java.util.Set;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * The default: does the job once, and then shows what can be done about trouble. The exit code is 0 if just the two hosts
 * failed that were meant to, and the calls in trouble ended as they should.
 */
@Component
@Profile("!" + DemoApplication.CALLER + " & !" + DemoApplication.MEMBER)
@ConditionalOnProperty(name = "demo.stay", havingValue = "false", matchIfMissing = true)
final class RunOnce implements ApplicationRunner, ExitCodeGenerator {

    private static final Set<String> MEANT_TO_FAIL = Set.of(Job.REFUSING_HOST, Job.CRASHING_HOST);

    private final Job job;
    private final Troubles troubles;
    private final Fleet fleet;
    private volatile boolean asMeant;

    RunOnce(Job job, Troubles troubles, Fleet fleet) {
        this.job = job;
        this.troubles = troubles;
        this.fleet = fleet;
    }

    @Override
    public void run(ApplicationArguments arguments) throws IOException {
        System.out.println(
                "Three workers are starting, each a JVM that boots this application too; that takes some seconds");
        boolean asked = job.run(fleet.servers(), true, System.out).failedHosts().equals(MEANT_TO_FAIL);
        asMeant = troubles.run(fleet.servers(), System.out) && asked;
    }

    @Override
    public int getExitCode() {
        return asMeant ? 0 : 1;
    }
}
