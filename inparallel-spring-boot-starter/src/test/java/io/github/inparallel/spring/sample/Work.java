package io.github.inparallel.spring.sample;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import io.github.inparallel.TaskFuture;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import reactor.core.publisher.Mono;

@Service
public class Work {

    private final Doors doors;
    private final ApplicationContext context;
    private final Nested nested;

    @Value("${sample.greeting:hello}")
    private String greeting = "";

    Work(Doors doors, ApplicationContext context, Nested nested) {
        this.doors = doors;
        this.context = context;
        this.nested = nested;
    }

    public record Order(long id, List<String> lines) {}

    @InParallel
    public CompletableFuture<Long> pid() {
        return TaskFuture.completed(ProcessHandle.current().pid());
    }

    @InParallel
    public String greet(String name) {
        return greeting + " " + name;
    }

    @InParallel
    public List<Order> twice(List<Order> orders) {
        return orders.stream().flatMap(order -> List.of(order, order).stream()).toList();
    }

    @InParallel
    public void fail(String message) throws IOException {
        throw new IOException(message);
    }

    @InParallel
    public CompletableFuture<Void> exit() {
        System.exit(0);
        return CompletableFuture.completedFuture(null);
    }

    @InParallel
    public String temporaryFolder() {
        return System.getProperty("java.io.tmpdir");
    }

    @InParallel
    public List<String> opened() {
        return List.copyOf(doors.opened());
    }

    @InParallel
    public int initialized() {
        return context.getBean(AtomicInteger.class).get();
    }

    @InParallel
    public List<String> profiles() {
        Environment environment = context.getEnvironment();
        return List.of(environment.getActiveProfiles());
    }

    @InParallel
    public boolean nestedCallStays() {
        return nested.pid() == ProcessHandle.current().pid() && TaskContext.inWorker();
    }

    @InParallel
    public boolean nestedCallIsInTransaction() {
        return nested.inTransaction() && !TransactionSynchronizationManager.isActualTransactionActive();
    }

    @InParallel
    @Transactional
    public boolean inTransaction() {
        return TransactionSynchronizationManager.isActualTransactionActive();
    }

    @InParallel
    public Mono<Long> monoPid() {
        return Mono.fromSupplier(() -> ProcessHandle.current().pid());
    }

    public long here() {
        return ProcessHandle.current().pid();
    }
}
