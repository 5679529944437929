package io.github.inparallel.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * Twelve SSH servers in the application's own process, with a password that is new in every run. They start with the
 * application context, so never in a worker, and stop after the pool of workers, which has a later phase.
 */
@Component
@Profile("!" + DemoApplication.MEMBER)
final class Fleet implements SmartLifecycle {

    private static final List<String> NAMES = List.of(
            "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet", "kilo",
            "lima");
    private static final String USER = "demo";

    // guarded by this
    private final List<HostServer> hosts = new ArrayList<>();

    /** How to log in to each, in the order of their names. */
    synchronized List<Server> servers() {
        return hosts.stream().map(HostServer::server).toList();
    }

    @Override
    public synchronized void start() {
        String password = newPassword();
        try {
            for (String name : NAMES) {
                hosts.add(HostServer.start(name, USER, password));
            }
        } catch (IOException e) {
            stop();
            throw new UncheckedIOException("Cannot start the SSH servers: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void stop() {
        hosts.forEach(HostServer::close);
        hosts.clear();
    }

    @Override
    public synchronized boolean isRunning() {
        return !hosts.isEmpty();
    }

    @Override
    public int getPhase() {
        return 0;
    }

    private static String newPassword() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
