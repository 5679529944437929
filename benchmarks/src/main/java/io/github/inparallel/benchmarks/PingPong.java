package io.github.inparallel.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Sixty-four bytes there and back, between two JVMs: the limit of a call's latency. */
final class PingPong {

    private static final int SIZE = 64;

    private PingPong() {}

    /**
     * The side that measures; it starts the other one.
     *
     * @param args blocking or spinning; the other side's processor; steady or paced; milliseconds of
     *     warm-up and of measurement
     */
    public static void main(String[] args) throws Exception {
        Program.endWithParent();
        int warmUp = Integer.parseInt(args[3]);
        int measured = Integer.parseInt(args[4]);
        try (SocketChannel channel = RawSocket.connected(Cores.of(args[1]), Other.class, args[0])) {
            channel.configureBlocking(args[0].equals("blocking"));
            ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE);
            Latency.Call call = () -> {
                buffer.clear();
                RawSocket.writeAll(channel, buffer);
                buffer.clear();
                RawSocket.readAll(channel, buffer);
            };
            if (args[2].equals("paced")) {
                Measurement.say("paced, ", Latency.paced(call, warmUp, measured));
            } else {
                Measurement.say("", Latency.steady(call, warmUp, measured));
            }
        }
        System.exit(0);
    }

    /** The side that answers. */
    static final class Other {

        private Other() {}

        public static void main(String[] args) throws IOException {
            Program.endWithParent();
            try (SocketChannel channel = RawSocket.connect(args[0])) {
                channel.configureBlocking(args[1].equals("blocking"));
                ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE);
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
}
