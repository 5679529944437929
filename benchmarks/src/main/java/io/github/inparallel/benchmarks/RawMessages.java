package io.github.inparallel.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Sixty-four bytes after another, one way, between two JVMs: the limit of how many calls there can be. */
final class RawMessages {

    private static final int SIZE = 64;

    private RawMessages() {}

    /**
     * The side that receives and counts; it starts the other one.
     *
     * @param args messages that go with one system call; the other side's processor; milliseconds of warm-up and of measurement
     */
    public static void main(String[] args) throws Exception {
        Program.endWithParent();
        try (SocketChannel channel = RawSocket.connected(Cores.of(args[1]), Other.class, args[0])) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE * Integer.parseInt(args[0]));
            rate(channel, buffer, Integer.parseInt(args[2]));
            Measurement.say("throughput", "/s", rate(channel, buffer, Integer.parseInt(args[3])));
        }
        System.exit(0);
    }

    private static double rate(SocketChannel channel, ByteBuffer buffer, int millis) throws IOException {
        long start = System.nanoTime();
        long end = start + millis * 1_000_000L;
        long messages = 0;
        long now = start;
        while (now < end) {
            buffer.clear();
            RawSocket.readAll(channel, buffer);
            messages += buffer.capacity() / SIZE;
            now = System.nanoTime();
        }
        return messages * 1e9 / (now - start);
    }

    /** The side that sends. */
    static final class Other {

        private Other() {}

        public static void main(String[] args) {
            Program.endWithParent();
            ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE * Integer.parseInt(args[1]));
            try (SocketChannel channel = RawSocket.connect(args[0])) {
                while (true) {
                    buffer.clear();
                    RawSocket.writeAll(channel, buffer);
                }
            } catch (IOException e) {
                // the other side is done
            }
        }
    }
}
