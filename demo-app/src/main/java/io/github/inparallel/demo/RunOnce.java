package io.github.inparallel.demo;

import java.util.Set;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** The default: does the job once. The exit code is 0 if just the two hosts failed that were meant to. */
@Component
@ConditionalOnProperty(name = "demo.stay", havingValue = "false", matchIfMissing = true)
final class RunOnce implements ApplicationRunner, ExitCodeGenerator {

    private static final Set<String> MEANT_TO_FAIL = Set.of(Job.REFUSING_HOST, Job.CRASHING_HOST);

    private final Job job;
    private final Fleet fleet;
    private volatile boolean asMeant;

    RunOnce(Job job, Fleet fleet) {
        this.job = job;
        this.fleet = fleet;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        asMeant = job.run(fleet.servers(), true, System.out).failedHosts().equals(MEANT_TO_FAIL);
    }

    @Override
    public int getExitCode() {
        return asMeant ? 0 : 1;
    }
}
