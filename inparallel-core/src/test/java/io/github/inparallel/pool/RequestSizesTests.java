package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.call.Call;
import io.github.inparallel.inprocess.InProcessLauncher;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.worker.PlainBootstrap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tasks of every size around every threshold, in any order, with little and with much beside their arguments: so that
 * large ones stand before, among and behind short ones that are given early. Each has its own right answer.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequestSizesTests {

    private static final int MAX_PAYLOAD = 2 << 20;
    private static final int[] THRESHOLDS = {
        0, 200, 2 * 1024, 8 * 1024, 16 * 1024, 32 * 1024, 64 * 1024, 256 * 1024, 1 << 20, MAX_PAYLOAD
    };

    interface Work {
        CompletableFuture<Integer> sample(byte[] bytes);

        CompletableFuture<byte[]> echo(byte[] bytes);

        CompletableFuture<String> text(String text);
    }

    public static final class Body implements Work {
        @Override
        public CompletableFuture<Integer> sample(byte[] bytes) {
            return CompletableFuture.completedFuture(sampleOf(bytes)); // short, however much it gets
        }

        @Override
        public CompletableFuture<byte[]> echo(byte[] bytes) {
            return CompletableFuture.completedFuture(bytes);
        }

        @Override
        public CompletableFuture<String> text(String text) {
            return CompletableFuture.completedFuture(text);
        }
    }

    private static int sampleOf(byte[] bytes) {
        int sample = bytes.length;
        int stride = Math.max(1, bytes.length / 50);
        for (int i = 0; i < bytes.length; i += stride) {
            sample = 31 * sample + bytes[i];
        }
        return bytes.length == 0 ? sample : 31 * sample + bytes[bytes.length - 1];
    }

    private record Expected(TaskFuture<Object> future, Object value, int size, String what) {}

    @Test
    void everyTaskHasItsOwnAnswerWhateverStandsBeforeIt() throws Exception {
        for (long seed = 0; seed < 8; seed++) {
            Random random = new Random(seed);
            try (WorkerPool pool = WorkerPool.create(
                    PoolOptions.builder()
                            .name("sizes")
                            .maxWorkers(1)
                            .concurrency(1 + (int) seed % 2)
                            .maxPayload(MAX_PAYLOAD)
                            .queueMemory(1 << 28)
                            .shutdownTimeout(Duration.ofSeconds(20))
                            .build(),
                    new InProcessLauncher(PlainBootstrap::new))) {
                run(pool, random, seed);
            }
        }
    }

    private static void run(WorkerPool pool, Random random, long seed) throws Exception {
        TaskMethod sample = method(pool, "sample", byte[].class);
        TaskMethod echo = method(pool, "echo", byte[].class);
        TaskMethod text = method(pool, "text", String.class);
        for (int i = 0; i < 20; i++) {
            submit(pool, sample, new byte[0], Map.of()).get(); // so that it is known to be short
        }
        for (int burst = 0; burst < 6; burst++) {
            List<Expected> all = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                byte[] bytes = bytes(random);
                Map<String, String> attributes = attributes(random);
                String what = "seed " + seed + ", burst " + burst + ", task " + i + " of " + bytes.length
                        + " bytes with "
                        + attributes.values().stream().mapToInt(String::length).sum();
                switch (random.nextInt(10)) {
                    case 0 -> all.add(new Expected(submit(pool, echo, bytes, attributes), bytes, bytes.length, what));
                    case 1 -> {
                        String ascii = "x".repeat(bytes.length);
                        all.add(new Expected(submit(pool, text, ascii, attributes), ascii, bytes.length, what));
                    }
                    default ->
                        all.add(new Expected(
                                submit(pool, sample, bytes, attributes), sampleOf(bytes), bytes.length, what));
                }
            }
            for (Expected each : all) {
                check(each);
            }
        }
    }

    private static void check(Expected expected) throws Exception {
        try {
            assertThat(expected.future.get(30, TimeUnit.SECONDS))
                    .as(expected.what)
                    .isEqualTo(expected.value);
        } catch (ExecutionException e) {
            assertThat(e.getCause()).as(expected.what).isInstanceOf(MarshallingException.class);
            assertThat(expected.size).as(expected.what).isGreaterThan(MAX_PAYLOAD);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer: " + expected.what, e);
        }
    }

    private static TaskMethod method(WorkerPool pool, String name, Class<?> parameter) throws NoSuchMethodException {
        return TaskMethod.of(
                Work.class.getName() + "=" + Body.class.getName(),
                Work.class.getDeclaredMethod(name, parameter),
                new Limits(null, -1),
                pool.marshaller());
    }

    private static TaskFuture<Object> submit(
            WorkerPool pool, TaskMethod method, Object argument, Map<String, String> attributes) {
        return pool.submit(
                Call.of(method, new @Nullable Object[] {argument}, false).with(attributes, Call.EndListener.NONE));
    }

    private static byte[] bytes(Random random) {
        boolean small = random.nextInt(4) > 0;
        int threshold = THRESHOLDS[random.nextInt(small ? 4 : THRESHOLDS.length)];
        byte[] bytes = new byte[Math.max(0, threshold + random.nextInt(257) - 128)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Map<String, String> attributes(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Map.of("mdc.request", "x".repeat(random.nextInt(400)));
            case 1 -> Map.of("mdc.request", "x".repeat(2_000 + random.nextInt(200)));
            case 2 -> Map.of("mdc.request", "x".repeat(random.nextInt(60_000)));
            default -> Map.of();
        };
    }
}
