package io.github.inparallel.protocol;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Both ends of a real socket, for tests of other packages. */
public record Channels(FrameChannel parent, FrameChannel worker) implements AutoCloseable {

    public static Channels open(Path folder) throws IOException {
        return open(folder, () -> null);
    }

    /** @param failure asked at each write of the worker's: what it fails with, if it does */
    public static Channels open(Path folder, Supplier<? extends @Nullable Throwable> failure) throws IOException {
        Path path = folder.resolve("s");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
            socket.connect(server.getLocalAddress());
            SocketChannel accepted = server.accept();
            return new Channels(
                    new FrameChannel(accepted, 16 << 20),
                    new FrameChannel(
                            socket,
                            new FrameReader(socket, Integer.MAX_VALUE - 64, true),
                            new Failing(socket, failure)));
        } finally {
            Files.deleteIfExists(path);
        }
    }

    @Override
    public void close() {
        parent.closeQuietly();
        worker.closeQuietly();
    }

    /** Throws whatever it is told to. */
    public static RuntimeException sneaky(Throwable failure) {
        return Channels.<RuntimeException>thrown(failure);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T thrown(Throwable failure) throws T {
        throw (T) failure;
    }

    private record Failing(WritableByteChannel target, Supplier<? extends @Nullable Throwable> failure)
            implements WritableByteChannel {

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            Throwable thrown = failure.get();
            if (thrown != null) {
                throw sneaky(thrown);
            }
            return target.write(bytes);
        }

        @Override
        public boolean isOpen() {
            return target.isOpen();
        }

        @Override
        public void close() throws IOException {
            target.close();
        }
    }
}
