package io.github.inparallel.spring.metrics;

import io.github.inparallel.spring.metrics.MeterMessage.Definition;
import io.github.inparallel.spring.metrics.MeterMessage.Kind;
import io.micrometer.core.instrument.AbstractDistributionSummary;
import io.micrometer.core.instrument.AbstractTimer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.cumulative.CumulativeCounter;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionCounter;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionTimer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.NoopHistogram;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.internal.DefaultGauge;
import io.micrometer.core.instrument.internal.DefaultLongTaskTimer;
import io.micrometer.core.instrument.internal.DefaultMeter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's registry. Once a second it tells the application what was recorded since, and less often the values of
 * gauges, as far as they have changed. It applies no filters: the application's own registry does. Thread-safe.
 */
public final class ForwardingMeterRegistry extends MeterRegistry {

    private static final Logger log = LoggerFactory.getLogger(ForwardingMeterRegistry.class);

    /** Meters that the application has itself, or that it counts when it hears of what is counted. */
    private static final List<String> LEFT_OUT =
            List.of("inparallel.", "logback.events", "log4j2.events", "system.", "disk.", "application.");

    private static final int MOST_METERS = 2_000;
    private static final int MESSAGE_SIZE = 128 << 10;
    private static final long PAUSE_MILLIS = 1_000;
    private static final int GAUGES_EACH = 5; // rounds

    private final Consumer<byte[]> parent;
    private final Map<Meter, Forwarded> forwarded = new HashMap<>(); // guarded by this
    private final ConcurrentLinkedQueue<Meter> removed = new ConcurrentLinkedQueue<>();
    private final @Nullable Config unfiltered;
    private int nextNumber = 1; // guarded by this
    private boolean full; // guarded by this
    private @Nullable Thread thread; // guarded by this

    /** A meter that the application knows. Guarded by the registry. */
    private static final class Forwarded {
        private final List<Integer> numbers;
        private final double[] told;

        Forwarded(List<Integer> numbers) {
            this.numbers = numbers;
            this.told = new double[Math.max(2, numbers.size())];
        }
    }

    /** @param parent takes messages for the application */
    public ForwardingMeterRegistry(Consumer<byte[]> parent) {
        super(Clock.SYSTEM);
        this.parent = parent;
        super.config().onMeterRemoved(removed::add);
        this.unfiltered = new Config() {
            @Override
            public Config meterFilter(MeterFilter filter) {
                return this;
            }
        };
    }

    @Override
    public Config config() {
        return unfiltered == null ? super.config() : unfiltered;
    }

    // ---- telling

    /** Begins to tell the application. */
    public synchronized void start() {
        if (thread == null) {
            Thread created = new Thread(this::tellAgainAndAgain, "inparallel-meters");
            created.setDaemon(true);
            thread = created;
            created.start();
        }
    }

    private void tellAgainAndAgain() {
        try {
            for (int round = 0; !Thread.interrupted(); round++) {
                tell(round % GAUGES_EACH == 0);
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            // it is closed
        }
    }

    /** Tells the application what it does not know yet. */
    synchronized void tell(boolean gauges) {
        try {
            MeterMessage message = new MeterMessage();
            for (Meter meter = removed.poll(); meter != null; meter = removed.poll()) {
                forget(meter, message);
            }
            for (Meter meter : getMeters()) {
                tell(meter, gauges, message);
                if (message.size() > MESSAGE_SIZE) {
                    parent.accept(message.toBytes());
                    message = new MeterMessage();
                }
            }
            if (message.size() > 0) {
                parent.accept(message.toBytes());
            }
        } catch (RuntimeException | Error e) { // no memory, most likely: the next round tries again
            log.debug("The application is not told of this worker's meters", e);
        }
    }

    private void tell(Meter meter, boolean gauges, MeterMessage message) {
        Forwarded known = forwarded.get(meter);
        if (known == null) {
            known = define(meter, message);
        }
        if (!known.numbers.isEmpty()) {
            try {
                tell(meter, known, gauges, message);
            } catch (RuntimeException | LinkageError e) { // a function of the application's, which harms no other meter
                log.debug("The application is not told of meter {}", meter.getId(), e);
            }
        }
    }

    private void forget(Meter meter, MeterMessage message) {
        Forwarded known = forwarded.get(meter);
        if (known != null) {
            tell(meter, false, message); // what was recorded before it was removed
            forwarded.remove(meter);
            known.numbers.forEach(message::remove);
        }
    }

    private Forwarded define(Meter meter, MeterMessage message) {
        List<Definition> definitions =
                LEFT_OUT.stream().anyMatch(meter.getId().getName()::startsWith) ? List.of() : definitions(meter);
        if (forwarded.size() >= MOST_METERS) {
            if (!full && !definitions.isEmpty()) {
                full = true;
                log.warn(
                        "The application is told of {} meters of this worker, and of no more: does a tag have too many values?",
                        MOST_METERS);
            }
            definitions = List.of();
        }
        List<Integer> numbers = definitions.stream()
                .map(definition -> {
                    int number = nextNumber++;
                    message.define(number, definition);
                    return number;
                })
                .toList();
        Forwarded known = new Forwarded(numbers);
        Arrays.fill(known.told, Double.NaN);
        forwarded.put(meter, known);
        return known;
    }

    private static List<Definition> definitions(Meter meter) {
        Meter.Id id = meter.getId();
        if (meter instanceof Counter || meter instanceof FunctionCounter) {
            return List.of(Definition.of(Kind.COUNTER, id, null));
        } else if (meter instanceof ForwardedTimer timer) {
            return List.of(Definition.of(Kind.TIMER, id, timer.config));
        } else if (meter instanceof FunctionTimer) {
            return List.of(Definition.of(Kind.TIMER, id, null));
        } else if (meter instanceof ForwardedSummary summary) {
            return List.of(Definition.of(Kind.SUMMARY, id, summary.config));
        } else if (meter instanceof TimeGauge) {
            return List.of(Definition.of(Kind.TIME_GAUGE, id, null));
        } else if (meter instanceof Gauge) {
            return List.of(Definition.of(Kind.GAUGE, id, null));
        } else if (meter instanceof LongTaskTimer) {
            return List.of(
                    Definition.of(Kind.GAUGE, id, id.getName() + ".active", "tasks", null),
                    Definition.of(Kind.TIME_GAUGE, id, id.getName() + ".duration", null, null));
        }
        return List.of();
    }

    private static void tell(Meter meter, Forwarded known, boolean gauges, MeterMessage message) {
        int number = known.numbers.get(0);
        if (meter instanceof Counter counter) {
            add(known, counter.count(), message);
        } else if (meter instanceof FunctionCounter counter) {
            add(known, counter.count(), message);
        } else if (meter instanceof ForwardedTimer timer) {
            record(number, timer.amounts, message);
        } else if (meter instanceof ForwardedSummary summary) {
            record(number, summary.amounts, message);
        } else if (meter instanceof FunctionTimer timer) {
            record(known, timer, message);
        } else if (meter instanceof LongTaskTimer timer) { // as soon as what is recorded
            set(known, 0, timer.activeTasks(), message);
            set(known, 1, timer.duration(TimeUnit.NANOSECONDS), message);
        } else if (gauges && meter instanceof TimeGauge gauge) {
            set(known, 0, gauge.value(TimeUnit.NANOSECONDS), message);
        } else if (gauges && meter instanceof Gauge gauge) {
            set(known, 0, gauge.value(), message);
        }
    }

    private static void add(Forwarded known, double count, MeterMessage message) {
        double before = Double.isNaN(known.told[0]) ? 0 : known.told[0];
        if (count > before) {
            known.told[0] = count;
            message.add(known.numbers.get(0), count - before);
        }
    }

    private static void record(int number, Amounts amounts, MeterMessage message) {
        Amounts.Taken taken = amounts.take();
        if (taken != null) {
            message.record(number, taken);
        }
    }

    private static void record(Forwarded known, FunctionTimer timer, MeterMessage message) {
        double count = timer.count();
        double total = timer.totalTime(TimeUnit.NANOSECONDS);
        long more = (long) (count - (Double.isNaN(known.told[0]) ? 0 : known.told[0]));
        double time = total - (Double.isNaN(known.told[1]) ? 0 : known.told[1]);
        if (more > 0 && time >= 0) {
            known.told[0] = count;
            known.told[1] = total;
            Amounts amounts = new Amounts();
            amounts.record(more, time);
            record(known.numbers.get(0), amounts, message);
        }
    }

    private static void set(Forwarded known, int which, double value, MeterMessage message) {
        if (Double.compare(known.told[which], value) != 0) {
            known.told[which] = value;
            message.set(known.numbers.get(which), value);
        }
    }

    /** Tells the application the last, and no more. */
    @Override
    public void close() {
        Thread telling;
        synchronized (this) {
            telling = thread;
        }
        if (telling != null) {
            telling.interrupt();
        }
        if (!isClosed()) {
            tell(true);
        }
        super.close();
    }

    // ---- meters

    /** A timer whose amounts are in nanoseconds. */
    private static final class ForwardedTimer extends AbstractTimer {
        private final Amounts amounts = new Amounts();
        private final DistributionStatisticConfig config;

        ForwardedTimer(Meter.Id id, Clock clock, DistributionStatisticConfig config, PauseDetector pauses) {
            super(id, clock, pauses, TimeUnit.NANOSECONDS, NoopHistogram.INSTANCE);
            this.config = config;
        }

        @Override
        protected void recordNonNegative(long amount, TimeUnit unit) {
            amounts.record((double) unit.toNanos(amount));
        }

        @Override
        public long count() {
            return amounts.count();
        }

        @Override
        public double totalTime(TimeUnit unit) {
            return amounts.total() / unit.toNanos(1);
        }

        @Override
        public double max(TimeUnit unit) {
            return amounts.max() / unit.toNanos(1);
        }
    }

    /** A summary. */
    private static final class ForwardedSummary extends AbstractDistributionSummary {
        private final Amounts amounts = new Amounts();
        private final DistributionStatisticConfig config;

        ForwardedSummary(Meter.Id id, DistributionStatisticConfig config, double scale) {
            super(id, scale, NoopHistogram.INSTANCE);
            this.config = config;
        }

        @Override
        protected void recordNonNegative(double amount) {
            amounts.record(amount);
        }

        @Override
        public long count() {
            return amounts.count();
        }

        @Override
        public double totalAmount() {
            return amounts.total();
        }

        @Override
        public double max() {
            return amounts.max();
        }
    }

    @Override
    protected Counter newCounter(Meter.Id id) {
        return new CumulativeCounter(id);
    }

    @Override
    protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector pauseDetector) {
        return new ForwardedTimer(id, clock, config, pauseDetector);
    }

    @Override
    protected DistributionSummary newDistributionSummary(
            Meter.Id id, DistributionStatisticConfig config, double scale) {
        return new ForwardedSummary(id, config, scale);
    }

    @Override
    protected <T> Gauge newGauge(Meter.Id id, @Nullable T object, ToDoubleFunction<T> value) {
        return new DefaultGauge<>(id, object, value);
    }

    @Override
    protected LongTaskTimer newLongTaskTimer(Meter.Id id, DistributionStatisticConfig config) {
        return new DefaultLongTaskTimer(id, clock, TimeUnit.NANOSECONDS, config, false);
    }

    @Override
    protected <T> FunctionTimer newFunctionTimer(
            Meter.Id id, T object, ToLongFunction<T> count, ToDoubleFunction<T> total, TimeUnit unit) {
        return new CumulativeFunctionTimer<>(id, object, count, total, unit, TimeUnit.NANOSECONDS);
    }

    @Override
    protected <T> FunctionCounter newFunctionCounter(Meter.Id id, T object, ToDoubleFunction<T> count) {
        return new CumulativeFunctionCounter<>(id, object, count);
    }

    @Override
    protected Meter newMeter(Meter.Id id, Meter.Type type, Iterable<Measurement> measurements) {
        return new DefaultMeter(id, type, measurements);
    }

    @Override
    protected TimeUnit getBaseTimeUnit() {
        return TimeUnit.NANOSECONDS;
    }

    @Override
    protected DistributionStatisticConfig defaultHistogramConfig() {
        return DistributionStatisticConfig.NONE;
    }
}
