package io.github.inparallel.spring.launch;

import org.springframework.boot.SpringApplication;

/** A main that has another thread start Spring; told to, in workers only. */
final class ThreadMain {

    private ThreadMain() {}

    public static void main(String[] args) throws InterruptedException {
        boolean onThisThread = args[0].equals("in-worker") && !io.github.inparallel.TaskContext.inWorker();
        Thread starter = new Thread(() -> start(args), "starter");
        if (onThisThread) {
            start(args);
        } else {
            starter.start();
            starter.join();
        }
    }

    private static void start(String[] args) {
        try (var context = SpringApplication.run(ProbeApplication.class, args)) {
            System.out.println(Probe.compare(context));
        } catch (RuntimeException e) {
            System.out.println("failed " + e);
        }
    }
}
