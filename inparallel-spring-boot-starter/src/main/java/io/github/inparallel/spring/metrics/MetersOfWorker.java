package io.github.inparallel.spring.metrics;

import io.github.inparallel.spring.metrics.MeterMessage.Definition;
import io.github.inparallel.spring.metrics.MeterMessage.Kind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters of one worker in the application's registry. What it counts and times goes into the application's meters of the
 * same name and tags, once; its gauges, and all that tells of its JVM, have meters of their own, with the tags {@code pool}
 * and {@code worker}, which are removed with it. Confined to one thread.
 */
final class MetersOfWorker {

    private static final Logger log = LoggerFactory.getLogger(MetersOfWorker.class);

    private static final int MOST_METERS = 5_000;
    private static final long MOST_RECORDS = 10_000_000; // of one message

    private final MeterRegistry registry;
    private final String pool;
    private final String worker;
    private final Map<Integer, Target> targets = new HashMap<>();
    private boolean broken;

    /** What the numbers of one meter are for. */
    private interface Target {

        /** Takes one number: a count, a value or an amount. */
        void take(double number);

        /** Takes so many amounts at once, of which the sum is known. */
        default void take(long count, double sum) {
            for (long i = 0; i < count; i++) {
                take(sum / count);
            }
        }

        /** Is called when the worker has none any more. */
        default void end() {}
    }

    MetersOfWorker(MeterRegistry registry, String pool, String worker) {
        this.registry = registry;
        this.pool = pool;
        this.worker = worker;
    }

    /** Hears a message. One that means nothing is the last that is heard: what its worker says is not believed any more. */
    void hear(byte[] message) {
        if (broken) {
            return;
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(message))) {
            long records = 0;
            while (in.available() > 0) {
                byte entry = in.readByte();
                int number = in.readInt();
                Target target = targets.get(number);
                switch (entry) {
                    case MeterMessage.DEFINE -> define(number, MeterMessage.readDefinition(in));
                    case MeterMessage.REMOVE -> {
                        if (target != null) {
                            targets.remove(number);
                            target.end();
                        }
                    }
                    case MeterMessage.ADD, MeterMessage.SET -> take(target, in.readDouble());
                    case MeterMessage.RECORD -> records = record(target, in, records);
                    default -> throw new IOException("entry " + entry);
                }
            }
        } catch (IOException | RuntimeException e) {
            broken = true;
            log.warn("What worker {} says of its meters cannot be read, and is not any more", worker, e);
        }
    }

    private static void take(@Nullable Target target, double number) {
        if (target != null) {
            target.take(number);
        }
    }

    /** Records each amount as the mean of those that are about as large, and the largest as it is. */
    private static long record(@Nullable Target target, DataInputStream in, long before) throws IOException {
        double largest = in.readDouble();
        boolean toldLargest = false;
        long records = before;
        for (int i = in.readInt(); i > 0; i--) {
            long count = in.readLong();
            double sum = in.readDouble();
            records += count;
            if (count <= 0 || !(sum >= 0) || records > MOST_RECORDS) {
                throw new IOException(count + " amounts of " + sum + " after " + before);
            }
            if (target == null) {
                continue;
            }
            if (!toldLargest && count > 1 && sum / count <= largest && isAlike(sum / count, largest)) {
                toldLargest = true;
                target.take(1, largest);
                target.take(count - 1, sum - largest);
            } else {
                target.take(count, sum);
            }
        }
        return records;
    }

    /** Tells whether amounts are of about one size, as a worker puts them together. */
    private static boolean isAlike(double one, double other) {
        return Double.doubleToRawLongBits(one) >> 48 == Double.doubleToRawLongBits(other) >> 48;
    }

    /** Removes what is this worker's alone. */
    void remove() {
        targets.values().forEach(Target::end);
        targets.clear();
    }

    // ---- the application's meters

    private void define(int number, Definition meter) {
        if (targets.size() >= MOST_METERS) {
            return;
        }
        try {
            targets.put(number, target(meter));
        } catch (RuntimeException e) { // the application has one of this name that is something else
            log.debug("Meter {} of worker {} is not one of the application's", meter.name(), worker, e);
        }
    }

    private Target target(Definition meter) {
        boolean ofJvm = meter.name().startsWith("jvm.") || meter.name().startsWith("process.");
        boolean own = ofJvm || meter.kind() == Kind.GAUGE || meter.kind() == Kind.TIME_GAUGE || isFunction(meter);
        String name = own ? ownName(meter.name()) : meter.name();
        Tags tags = own ? ownTags(meter.tags()) : meter.tags();
        return switch (meter.kind()) {
            case COUNTER -> counter(meter, name, tags, own);
            case TIMER -> timer(meter, name, tags, own);
            case SUMMARY -> summary(meter, name, tags, own);
            case GAUGE, TIME_GAUGE -> gauge(meter, name, tags);
        };
    }

    /** Whether the application has it as a function, as it has the tasks of its executors: nothing can be added to what that says. */
    private boolean isFunction(Definition meter) {
        return registry.find(meter.name()).meters().stream()
                .filter(known -> known instanceof FunctionCounter || known instanceof FunctionTimer)
                .anyMatch(known -> Tags.of(known.getId().getTags()).equals(meter.tags()));
    }

    /** Returns a name that the application has no meters of: Prometheus wants the same tags for all of one name. */
    private String ownName(String name) {
        boolean taken = registry.find(name).meters().stream()
                .anyMatch(meter -> meter.getId().getTag("worker") == null);
        return taken ? "worker." + name : name;
    }

    private Tags ownTags(Tags tags) {
        boolean hasPool = tags.stream().anyMatch(tag -> tag.getKey().equals("pool")); // of connections, for example
        return (hasPool ? tags : tags.and("pool", pool)).and("worker", worker);
    }

    private Target counter(Definition meter, String name, Tags tags, boolean own) {
        Counter counter = Counter.builder(name)
                .baseUnit(meter.unit())
                .description(meter.description())
                .tags(tags)
                .register(registry);
        return ending(own ? counter : null, amount -> {
            if (amount > 0) {
                counter.increment(amount);
            }
        });
    }

    private Target timer(Definition meter, String name, Tags tags, boolean own) {
        Timer timer = Timer.builder(name)
                .description(meter.description())
                .tags(tags)
                .publishPercentileHistogram(meter.histogram() ? true : null)
                .publishPercentiles(meter.percentiles())
                .serviceLevelObjectives(
                        meter.objectives() == null
                                ? null
                                : Arrays.stream(meter.objectives())
                                        .mapToObj(nanos -> Duration.ofNanos((long) nanos))
                                        .toArray(Duration[]::new))
                .register(registry);
        Target each = ending(own ? timer : null, nanos -> timer.record((long) nanos, TimeUnit.NANOSECONDS));
        return new Target() {
            @Override
            public void take(double number) {
                each.take(number);
            }

            @Override
            public void take(long count, double sum) {
                if (count > 0) {
                    double mean = Math.floor(sum / count);
                    for (long i = 1; i < count; i++) {
                        each.take(mean);
                    }
                    each.take(Math.rint(sum - mean * (count - 1))); // so that the sum is right
                }
            }

            @Override
            public void end() {
                each.end();
            }
        };
    }

    private Target summary(Definition meter, String name, Tags tags, boolean own) {
        DistributionSummary summary = DistributionSummary.builder(name)
                .baseUnit(meter.unit())
                .description(meter.description())
                .tags(tags)
                .publishPercentileHistogram(meter.histogram() ? true : null)
                .publishPercentiles(meter.percentiles())
                .serviceLevelObjectives(meter.objectives())
                .register(registry);
        return ending(own ? summary : null, summary::record);
    }

    private Target gauge(Definition meter, String name, Tags tags) {
        Latest latest = new Latest();
        Meter gauge = meter.kind() == Kind.TIME_GAUGE
                ? TimeGauge.builder(name, latest, TimeUnit.NANOSECONDS, Latest::value)
                        .description(meter.description())
                        .tags(tags)
                        .register(registry)
                : Gauge.builder(name, latest, Latest::value)
                        .baseUnit(meter.unit())
                        .description(meter.description())
                        .tags(tags)
                        .register(registry);
        return new Target() {
            @Override
            public void take(double number) {
                latest.value = number; // held here, since gauges hold what they look at weakly
            }

            @Override
            public void end() {
                registry.remove(gauge);
            }
        };
    }

    /** @param own is removed in the end; null if it is the application's */
    private Target ending(@Nullable Meter own, DoubleConsumer takes) {
        return new Target() {
            @Override
            public void take(double number) {
                takes.accept(number);
            }

            @Override
            public void end() {
                if (own != null) {
                    registry.remove(own);
                }
            }
        };
    }

    /** The value that a worker said last. */
    private static final class Latest {
        private volatile double value = Double.NaN;

        double value() {
            return value;
        }
    }
}
