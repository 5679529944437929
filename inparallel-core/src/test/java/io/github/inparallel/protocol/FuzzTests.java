package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.MethodCodec;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.marshal.ThrowableCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.core.JacksonException;

/**
 * Mutated frames and payloads against the decoders of both sides: whatever comes, it is a value or a clear refusal, soon,
 * and takes no memory to speak of. {@code -Dfuzz.rounds=20000000} makes it longer, {@code -Pfull} five times as long.
 */
@Timeout(value = 30, unit = java.util.concurrent.TimeUnit.MINUTES)
class FuzzTests { // B119

    private static final int ROUNDS =
            Integer.getInteger("fuzz.rounds", Boolean.getBoolean("inparallel.test.full") ? 1_000_000 : 200_000);
    private static final int MAX_PAYLOAD = 64 * 1024;

    interface Work {
        CompletableFuture<List<Map<String, Instant>>> work(
                String text, byte[] bytes, TaskOptions options, double[] more);
    }

    /** Reads one kind of payload. */
    private interface Decoder {
        void decode(byte[] payload) throws IOException;
    }

    private final Random random = new Random(2026);

    @Test
    void mutatedPayloadsAreRefusedOrRead() throws Exception {
        Marshaller marshaller = new Marshaller(Marshaller.Format.CBOR, MAX_PAYLOAD, Marshaller.UNCHANGED);
        MethodCodec codec = TaskMethod.of("target", Work.class.getDeclaredMethods()[0], Limits.OF_THE_POOL, marshaller)
                .codec();
        List<byte[]> seeds = new ArrayList<>();
        List<Decoder> decoders = new ArrayList<>();
        seeds.add(
                new Hello(Hello.VERSION, 3, 1, 4711, Secret.create()).toFrame().payload());
        decoders.add(payload -> Hello.of(new Frame(FrameType.HELLO, 0, payload)));
        seeds.add(new Inspection(17, List.of(new Throwable().getStackTrace()))
                .toFrame(1)
                .payload());
        decoders.add(payload -> Inspection.of(new Frame(FrameType.INSPECTED, 0, payload)));
        seeds.add(new ProgressReport(0.5, "half", 1).toFrame(1).payload());
        decoders.add(payload -> ProgressReport.of(new Frame(FrameType.PROGRESS, 0, payload)));
        seeds.add(new TaskRequest(TaskRequest.Address.of("target", "method"), 5, Map.of("a", "b", "c", "d")).toBytes());
        decoders.add(payload -> TaskRequest.of(payload, null));
        seeds.add(new LaunchDescription(
                        "/s",
                        "p",
                        1,
                        "a",
                        "",
                        List.of("b", "c"),
                        1,
                        1,
                        1,
                        1,
                        "CBOR",
                        true,
                        List.of("target#method()"),
                        "x",
                        Map.of("k", "v"),
                        Map.of("l", "w"))
                .toBytes());
        decoders.add(LaunchDescription::of);
        seeds.add(new LogEvent(1, "WARN", "a.b", "main", "text", Map.of("k", "v"), new byte[7])
                .toFrame()
                .payload());
        decoders.add(payload -> LogEvent.of(new Frame(FrameType.LOG, 0, payload)));
        seeds.add(new WorkerReport(List.of("a"), List.of("b", "c"), List.of())
                .toFrame()
                .payload());
        decoders.add(payload -> WorkerReport.of(new Frame(FrameType.REPORT, 0, payload)));
        seeds.add(new HeapHistogram("no", 3, 100, List.of(new HeapHistogram.Row(2, 80, "byte[]")))
                .toFrame()
                .payload());
        decoders.add(payload -> HeapHistogram.of(new Frame(FrameType.COUNTED, 0, payload)));
        seeds.add(new HeapUse(1, 2, 3).toFrame().payload());
        decoders.add(payload -> HeapUse.of(new Frame(FrameType.PONG, 0, payload)));
        seeds.add(ThrowableCodec.encode(new IOException("no", new IllegalStateException("because"))));
        decoders.add(payload -> ThrowableCodec.decode(payload, FuzzTests.class.getClassLoader()));
        seeds.add(codec.encodeArguments(
                        new Object[] {"text", new byte[40], TaskOptions.declared(), new double[] {1, 2, 3}})
                .bytes());
        decoders.add(payload -> codec.decodeArguments(payload, 0, payload.length, new byte[3]));
        seeds.add(codec.encodeResult(List.of(Map.of("now", Instant.now()), Map.of()))
                .bytes());
        decoders.add(payload -> codec.decodeResult(payload, 0, new byte[3]));

        long read = 0;
        for (int round = 0; round < ROUNDS; round++) {
            int kind = round % seeds.size();
            byte[] payload = mutated(seeds.get(kind));
            try {
                decoders.get(kind).decode(payload);
                read++;
            } catch (ProtocolException | MarshallingException | JacksonException refused) {
                assertThat(refused.getMessage()).isNotNull();
            }
        }

        System.out.println("Fuzz: " + ROUNDS + " payloads, " + read + " of them could be read");
        assertThat(read).isBetween(1L, (long) ROUNDS - 1);
    }

    @Test
    void mutatedStreamsOfFramesAreRefusedOrRead() {
        long frames = 0;
        long refusals = 0;
        for (int round = 0; round < ROUNDS / 4; round++) {
            ByteBuffer stream = ByteBuffer.wrap(mutated(stream()));
            FrameReader reader = new FrameReader(new Dribble(stream), MAX_PAYLOAD);
            try {
                for (Frame frame = reader.poll(); frame != null || stream.hasRemaining(); frame = reader.poll()) {
                    frames += frame == null ? 0 : 1;
                    assertThat(frame == null || frame.size() <= MAX_PAYLOAD).isTrue();
                }
            } catch (IOException e) {
                refusals++;
                assertThat(e).isInstanceOf(ProtocolException.class);
            }
        }
        System.out.println("Fuzz: " + ROUNDS / 4 + " streams, " + frames + " frames, " + refusals + " refusals");
        assertThat(frames).isPositive();
        assertThat(refusals).isPositive();
    }

    private byte[] stream() {
        ByteBuffer stream = ByteBuffer.allocate(2_000);
        for (int i = 0; i < 4; i++) {
            byte[] payload = new byte[random.nextInt(100)];
            FrameType type = FrameType.values()[random.nextInt(FrameType.values().length)];
            byte[] attachment = random.nextInt(3) == 0 ? new byte[random.nextInt(100)] : null;
            Frame.Outgoing frame = new Frame(type, random.nextLong(), payload, attachment).encode();
            stream.put(frame.first());
            if (frame.attachment() != null) {
                stream.put(frame.attachment());
            }
        }
        byte[] bytes = new byte[stream.flip().remaining()];
        stream.get(bytes);
        return bytes;
    }

    /** Flipped bits, overwritten and extreme numbers, cut off or repeated parts. */
    private byte[] mutated(byte[] seed) {
        byte[] bytes = seed.clone();
        for (int times = 1 + random.nextInt(3); times > 0 && bytes.length > 4; times--) {
            int at = random.nextInt(bytes.length - 3);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> ByteBuffer.wrap(bytes).putInt(at, EXTREMES[random.nextInt(EXTREMES.length)]);
                case 3 -> bytes = java.util.Arrays.copyOf(bytes, at);
                default -> {
                    byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + at);
                    System.arraycopy(bytes, 0, longer, bytes.length, at);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }

    private static final int[] EXTREMES = {0, -1, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x7f, 0x8000, 1 << 24, 9, 8};

    /** Gives a few bytes at a time, and none every now and then. */
    private final class Dribble implements ReadableByteChannel {
        private final ByteBuffer bytes;

        Dribble(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read(ByteBuffer target) {
            int count = Math.min(random.nextInt(40), Math.min(bytes.remaining(), target.remaining()));
            for (int i = 0; i < count; i++) {
                target.put(bytes.get());
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
