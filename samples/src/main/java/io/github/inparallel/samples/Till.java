package io.github.inparallel.samples;

import com.zaxxer.hikari.HikariDataSource;
import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Books purchases in workers. Also listens to messages and runs on a schedule, which is the application's alone. */
@Service
public class Till {

    private final PurchaseRepository purchases;
    private final HikariDataSource connections;
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicInteger ticks = new AtomicInteger();

    public Till(PurchaseRepository purchases, HikariDataSource connections) {
        this.purchases = purchases;
        this.connections = connections;
    }

    /** Books in the worker's own transaction. */
    @InParallel
    @Transactional
    public CompletableFuture<Long> book(String item) {
        return CompletableFuture.completedFuture(
                purchases.save(new Purchase(item)).getId());
    }

    /** Books, then fails: nothing of it stays. */
    @InParallel
    @Transactional
    public CompletableFuture<Long> bookAndFail(String item) {
        purchases.saveAndFlush(new Purchase(item));
        throw new IllegalStateException("No more " + item);
    }

    /** Changes an entity, and leaves it to the transaction to write that. */
    @InParallel
    @Transactional
    public void rename(long id, String item) {
        purchases.findById(id).orElseThrow().setItem(item);
    }

    /** What a worker sees in the database. */
    @InParallel
    @Transactional(readOnly = true)
    public List<String> itemsSeenByWorker() {
        return items();
    }

    public List<String> items() {
        return purchases.findAll().stream().map(Purchase::getItem).toList();
    }

    /** Most connections that a worker opens. */
    @InParallel
    public int connectionsOfWorker() {
        return connections.getMaximumPoolSize();
    }

    @KafkaListener(topics = "purchases", groupId = "shop", autoStartup = "${shop.messages:false}")
    void heard(String item) {
        messages.incrementAndGet();
    }

    @Scheduled(fixedRate = 20)
    void tick() {
        ticks.incrementAndGet();
    }

    /** Messages heard in this process. */
    public int messages() {
        return messages.get();
    }

    /** Messages heard and ticks counted in a worker; in a process that is one. */
    @InParallel
    public List<Integer> doorsOfWorker() {
        if (!TaskContext.inWorker()) {
            throw new IllegalStateException("not in a worker");
        }
        return List.of(messages.get(), ticks.get());
    }

    /** Ticks in this process. */
    public int ticks() {
        return ticks.get();
    }
}
