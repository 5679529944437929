package io.github.inparallel.spring;

import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.protocol.WorkerReport;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what the first worker of each pool says that it made of the application, for the endpoint, and logs it once.
 * Thread-safe.
 */
final class FirstReports {

    private static final Logger log = LoggerFactory.getLogger(FirstReports.class);

    private static final int MOST_NAMES = 20;

    private final Map<String, WorkerReport> reports = new ConcurrentHashMap<>();
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    WorkerReport get(String pool) {
        return reports.getOrDefault(pool, WorkerReport.EMPTY);
    }

    PoolObserver observer(String pool) {
        return new PoolObserver() {
            @Override
            public void workerReported(String worker, WorkerReport report) {
                if (!report.equals(WorkerReport.EMPTY) && reports.putIfAbsent(pool, report) == null) {
                    log.info(
                            "Workers of pool '{}' have created: {}. They hold back: {}",
                            pool,
                            some(report.created()),
                            some(report.heldBack()));
                }
                report.warnings().stream().filter(warned::add).forEach(log::warn); // once, whichever pool it is
            }
        };
    }

    private static String some(List<String> names) {
        if (names.isEmpty()) {
            return "nothing";
        }
        return names.size() <= MOST_NAMES
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, MOST_NAMES)) + " and " + (names.size() - MOST_NAMES) + " more";
    }
}
