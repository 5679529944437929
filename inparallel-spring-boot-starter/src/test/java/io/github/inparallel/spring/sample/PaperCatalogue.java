package io.github.inparallel.spring.sample;

import java.time.DayOfWeek;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

@Service
class PaperCatalogue implements Catalogue {

    @Override
    public List<Map<String, Instant>> later(List<Map<String, Instant>> times, long seconds) {
        return times.stream()
                .map(each -> each.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().plusSeconds(seconds))))
                .toList();
    }

    @Override
    public Optional<DayOfWeek> next(Optional<DayOfWeek> day) {
        return day.map(each -> each.plus(1));
    }

    @Override
    public CompletableFuture<List<Shape>> twice(List<Shape> shapes) {
        List<Shape> twice = new ArrayList<>();
        for (Shape shape : shapes) {
            if (shape instanceof Circle circle) {
                twice.add(new Circle(2 * circle.radius()));
            } else if (shape instanceof Square square) {
                twice.add(new Square(2 * square.side(), square.name()));
            }
        }
        return CompletableFuture.completedFuture(twice);
    }

    @Override
    public byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[bytes.length - 1 - i] = bytes[i];
        }
        return reversed;
    }

    @Override
    public long pid() {
        return ProcessHandle.current().pid();
    }

    @Override
    @Transactional
    public boolean inTransaction() {
        return TransactionSynchronizationManager.isActualTransactionActive();
    }
}
