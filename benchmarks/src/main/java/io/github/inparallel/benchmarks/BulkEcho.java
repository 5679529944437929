package io.github.inparallel.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A large buffer there and, when all of it has arrived, back, between two JVMs: the limit of payloads. */
final class BulkEcho {

    private BulkEcho() {}

    /**
     * The side that measures; it starts the other one.
     *
     * @param args bytes; the other side's processor; milliseconds of warm-up and of measurement
     */
    public static void main(String[] args) throws Exception {
        Program.endWithParent();
        int size = Integer.parseInt(args[0]);
        try (SocketChannel channel = RawSocket.connected(Cores.of(args[1]), Other.class, args[0])) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(size);
            Transfer.measure(size, Integer.parseInt(args[2]), Integer.parseInt(args[3]), () -> {
                buffer.clear();
                RawSocket.writeAll(channel, buffer);
                buffer.clear();
                RawSocket.readAll(channel, buffer);
            });
        }
        System.exit(0);
    }

    /** The side that answers. */
    static final class Other {

        private Other() {}

        public static void main(String[] args) throws IOException {
            Program.endWithParent();
            ByteBuffer buffer = ByteBuffer.allocateDirect(Integer.parseInt(args[1]));
            try (SocketChannel channel = RawSocket.connect(args[0])) {
                while (true) {
                    buffer.clear();
                    RawSocket.readAll(channel, buffer);
                    buffer.flip();
                    RawSocket.writeAll(channel, buffer);
                }
            } catch (EOFException e) {
                // the measuring side is done
            }
        }
    }

    /** Times transfers. */
    static final class Transfer {

        private Transfer() {}

        /** Says how many megabytes cross in a second, both directions counted: the median of all echoes. */
        static void measure(int size, int warmUpMillis, int measureMillis, Latency.Call echo) throws Exception {
            times(warmUpMillis, echo);
            List<Long> nanos = times(measureMillis, echo);
            long[] samples = nanos.stream().mapToLong(time -> time).toArray();
            Measurement.say(
                    (size >> 20) + " MiB",
                    "MB/s",
                    2.0 * size * 1e3 / Percentiles.of(samples).p50());
        }

        private static List<Long> times(int millis, Latency.Call echo) throws Exception {
            List<Long> nanos = new ArrayList<>();
            long end = System.nanoTime() + millis * 1_000_000L;
            while (nanos.size() < 3 || System.nanoTime() < end) {
                long start = System.nanoTime();
                echo.run();
                nanos.add(System.nanoTime() - start);
            }
            return nanos;
        }
    }
}
