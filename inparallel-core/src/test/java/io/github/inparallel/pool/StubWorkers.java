package io.github.inparallel.pool;

import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.HeapUse;
import io.github.inparallel.protocol.Hello;
import io.github.inparallel.protocol.LaunchDescription;
import io.github.inparallel.protocol.Scarcity;
import io.github.inparallel.protocol.WorkerReport;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Workers that do exactly what a test tells them, without a process: they speak the protocol, or break it. */
final class StubWorkers implements WorkerLauncher {

    private final BlockingQueue<Stub> launched = new LinkedBlockingQueue<>();
    private final Queue<Stub> all = new ConcurrentLinkedQueue<>();
    private volatile boolean silent;

    /** From now on new workers do not say that they are ready. */
    StubWorkers silent() {
        silent = true;
        return this;
    }

    @Override
    public WorkerProcess launch(LaunchDescription description, Path directory) throws IOException {
        Stub stub = new Stub(description);
        all.add(stub);
        if (!silent) {
            stub.becomeReady();
        }
        launched.add(stub);
        return stub;
    }

    /** The next worker that is launched. */
    Stub next() throws InterruptedException {
        Stub stub = launched.poll(20, TimeUnit.SECONDS);
        if (stub == null) {
            throw new AssertionError("no worker was launched");
        }
        return stub;
    }

    /** Ends them all, so that nobody waits for them to leave in order. */
    void exit() {
        all.forEach(stub -> stub.exit(0));
    }

    /** One worker. */
    static final class Stub implements WorkerProcess {

        private static int nextPid = 1_000_000_000; // of no process

        private final LaunchDescription launch;
        private final CompletableFuture<Integer> exit = new CompletableFuture<>();
        private final long pid;
        private final List<SocketChannel> sockets =
                new CopyOnWriteArrayList<>(); // a test may end a worker that is becoming ready
        private volatile long resident = 1;
        private volatile boolean immortal;
        private volatile boolean ended;
        volatile boolean killed;

        Stub(LaunchDescription launch) {
            this.launch = launch;
            synchronized (Stub.class) {
                pid = nextPid++;
            }
        }

        void becomeReady() throws IOException {
            becomeReady(WorkerReport.EMPTY);
        }

        /** Becomes ready, and says what it made of the application. */
        void becomeReady(WorkerReport report) throws IOException {
            connect(Hello.CONTROL, launch.controlSecret());
            for (int i = 0; i < launch.slotSecrets().size(); i++) {
                connect(i, launch.slotSecrets().get(i));
            }
            if (!report.equals(WorkerReport.EMPTY)) {
                send(Hello.CONTROL, report.toFrame());
            }
            send(Hello.CONTROL, Frame.of(FrameType.READY, 0));
        }

        /** Answers a ping. */
        void says(HeapUse heap) throws IOException {
            send(Hello.CONTROL, heap.toFrame());
        }

        private void connect(int slot, String secret) throws IOException {
            SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
            socket.connect(UnixDomainSocketAddress.of(launch.socket()));
            sockets.add(socket);
            if (ended) {
                socket.close(); // what follows fails, as with a process that is gone
            }
            write(socket, bytes(new Hello(Hello.VERSION, launch.worker(), slot, pid, secret).toFrame()));
        }

        /** Opens its connection for log events, and sends these bytes on it. */
        void log(byte[] bytes) throws IOException {
            connect(Hello.LOG, launch.logSecret());
            write(sockets.get(sockets.size() - 1), bytes);
        }

        /** Waits for the slot's next request. */
        Frame request(int slot) throws IOException {
            ByteBuffer header = read(slot, 13);
            int length = header.getInt() - 9;
            byte type = header.get();
            long task = header.getLong();
            byte[] payload = new byte[length]; // with what may be attached to it
            read(slot, length).get(payload);
            return new Frame(FrameType.values()[type & 0x7f], task, payload);
        }

        private ByteBuffer read(int slot, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(length);
            while (buffer.hasRemaining()) {
                if (sockets.get(slot + 1).read(buffer) < 0) {
                    throw new EOFException();
                }
            }
            return buffer.flip();
        }

        /** Answers with what encodes null. */
        void answer(int slot, long taskId) throws IOException {
            byte[] result = {0, 0, 0, 0, (byte) 0x82, (byte) 0xf4, (byte) 0xf6}; // an array: no identities, null
            send(slot, new Frame(FrameType.RESULT, taskId, result));
        }

        /** Waits until it is told to leave alone what it was given early; returns the last of that. */
        long revoke() throws IOException {
            Frame frame = request(-1);
            while (frame.type() != FrameType.REVOKE) {
                frame = request(-1); // pings, levels
            }
            return frame.taskId();
        }

        /** Says which of its tasks, counted from one, was the last that it began. */
        void revoked(int slot, long begun) throws IOException {
            send(slot, Frame.of(FrameType.REVOKED, begun));
        }

        /** Says how far its task is. */
        void progressed(int slot, Frame report) throws IOException {
            send(slot, report);
        }

        /** Says what it ran out of in the task. */
        void exhausted(int slot, long taskId, Scarcity scarcity) throws IOException {
            send(slot, scarcity.toFrame(taskId));
        }

        /** Waits until it is told to leave. */
        void retired() throws IOException {
            while (request(-1).type() != FrameType.RETIRE) {
                // pings
            }
        }

        /** Says that it has read the whole of a large request. */
        void started(int slot, long taskId) throws IOException {
            send(slot, Frame.of(FrameType.STARTED, taskId));
        }

        private void send(int slot, Frame frame) throws IOException {
            write(slot, bytes(frame));
        }

        private static byte[] bytes(Frame frame) {
            ByteBuffer buffer = frame.encode().first();
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        }

        /** Bytes on the control connection (-1) or a slot's, whatever they are. */
        void write(int slot, byte[] bytes) throws IOException {
            write(sockets.get(slot + 1), bytes);
        }

        private static void write(SocketChannel socket, byte[] bytes) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                socket.write(buffer);
            }
        }

        void resident(long bytes) {
            resident = bytes;
        }

        /** Ends, as a process does: its connections first. */
        void exit(int code) {
            ended = true; // before the look at the connections: none that is made meanwhile stays open
            try {
                for (SocketChannel socket : sockets) {
                    socket.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            exit.complete(code);
        }

        @Override
        public long pid() {
            return pid;
        }

        @Override
        public CompletableFuture<Integer> exit() {
            return exit;
        }

        @Override
        public CompletableFuture<Void> outputEnd() {
            return CompletableFuture.completedFuture(null);
        }

        /** From now on nothing ends it. */
        void immortal() {
            immortal = true;
        }

        @Override
        public void kill() {
            killed = true;
            if (!immortal) {
                exit(137);
            }
        }

        @Override
        public List<String> lastLines() {
            return List.of("what it printed");
        }

        @Override
        public boolean hasPrinted(String text) {
            return false;
        }

        @Override
        public OptionalLong residentMemory() {
            return OptionalLong.of(resident);
        }
    }
}
