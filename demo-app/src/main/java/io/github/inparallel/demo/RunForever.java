package io.github.inparallel.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * With {@code --demo.stay}: does the job every few seconds, crashes a worker in every tenth round, and has documents
 * worked on beside it, for whoever looks at the live page.
 */
@Component
@EnableScheduling
@ConditionalOnProperty("demo.stay")
final class RunForever {

    private static final int ROUNDS_PER_CRASH = 10;

    private final Job job;
    private final Fleet fleet;
    private final Documents documents;
    // Only the scheduler's thread uses it, one round at a time.
    private int round;
    private final List<CompletableFuture<Integer>> given = new ArrayList<>(); // the scheduler's thread's too

    RunForever(Job job, Fleet fleet, Documents documents) {
        this.job = job;
        this.fleet = fleet;
        this.documents = documents;
    }

    @EventListener
    void tellWhereToLook(WebServerInitializedEvent started) {
        int port = started.getWebServer().getPort();
        System.out.printf(
                "The live page: http://127.0.0.1:%d/actuator/inparallelui%n"
                        + "Also http://127.0.0.1:%d/actuator/health, /actuator/metrics and /actuator/inparallel%n",
                port, port);
    }

    @Scheduled(fixedDelayString = "${demo.interval}")
    void nextRound() throws InterruptedException {
        round++;
        System.out.printf("%nRound %d%n", round);
        workOnDocuments();
        job.run(fleet.servers(), round % ROUNDS_PER_CRASH == 0, System.out);
    }

    /** Nobody waits for these: the page shows what becomes of them. */
    private void workOnDocuments() throws InterruptedException {
        if (!given.stream().allMatch(CompletableFuture::isDone)) {
            return; // rounds may be shorter than this work
        }
        given.clear();
        given.add(documents.index(200 + 50 * (round % 5)));
        for (int i = 0; i < 15; i++) {
            given.add(documents.shrink(20 + 37 * i % 300));
        }
        given.add(documents.translate(round % 4 == 0 ? "Latin" : "Etruscan"));
        if (round % 5 == 0) {
            given.add(documents.proofread());
        }
    }
}
