package io.github.inparallel.demo;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** With {@code --demo.stay}: does the job every few seconds, and crashes a worker in every tenth round. */
@Component
@EnableScheduling
@ConditionalOnProperty("demo.stay")
final class RunForever {

    private static final int ROUNDS_PER_CRASH = 10;

    private final Job job;
    private final Fleet fleet;
    // Only the scheduler's thread uses it, one round at a time.
    private int round;

    RunForever(Job job, Fleet fleet) {
        this.job = job;
        this.fleet = fleet;
    }

    @EventListener
    void tellWhereToLook(WebServerInitializedEvent started) {
        int port = started.getWebServer().getPort();
        System.out.printf(
                "Look at http://127.0.0.1:%d/actuator/health, /actuator/metrics and /actuator/inparallel%n", port);
    }

    @Scheduled(fixedDelayString = "${demo.interval}")
    void nextRound() {
        round++;
        System.out.printf("%nRound %d%n", round);
        job.run(fleet.servers(), round % ROUNDS_PER_CRASH == 0, System.out);
    }
}
