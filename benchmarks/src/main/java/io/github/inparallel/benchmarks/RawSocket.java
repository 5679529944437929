package io.github.inparallel.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Unix domain socket between two JVMs and nothing around it: the limit. */
final class RawSocket {

    private RawSocket() {}

    /** Starts a program of ours on a processor, and takes its connection; its arguments are the path, then the rest. */
    static SocketChannel connected(Cores core, Class<?> program, String... arguments) throws IOException {
        Path folder = Files.createTempDirectory("raw");
        Path path = folder.resolve("s");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            Object[] all = new Object[arguments.length + 1];
            all[0] = path;
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            Program.start(core.pin(Program.command(java.util.List.of(), program, all)));
            return server.accept();
        } finally {
            TemporaryFiles.delete(folder);
        }
    }

    static SocketChannel connect(String path) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    static void writeAll(SocketChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Fills the buffer; where the channel does not block it spins. */
    static void readAll(SocketChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer);
            if (count < 0) {
                throw new EOFException();
            }
            if (count == 0) {
                Thread.onSpinWait();
            }
        }
    }
}
