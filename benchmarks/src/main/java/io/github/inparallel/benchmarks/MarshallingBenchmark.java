package io.github.inparallel.benchmarks;

import io.github.inparallel.marshal.Encoded;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.MethodCodec;
import io.github.inparallel.marshal.TaskMethod;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What it costs to write and read small arguments. */
@State(Scope.Thread)
public class MarshallingBenchmark {

    private final MethodCodec codec = codec();
    private final Object[] arguments = {"hello, worker"};
    private final byte[] encoded = codec.encodeArguments(arguments).bytes();

    private static MethodCodec codec() {
        try {
            return TaskMethod.of(
                            "tasks",
                            Tasks.class.getMethod("echo", String.class),
                            Limits.OF_THE_POOL,
                            new Marshaller(Marshaller.Format.CBOR, 1 << 20, Marshaller.UNCHANGED))
                    .codec();
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A string, into bytes. */
    @Benchmark
    public Encoded encodeArguments() {
        return codec.encodeArguments(arguments);
    }

    /** And back. */
    @Benchmark
    public @Nullable Object[] decodeArguments() {
        return codec.decodeArguments(encoded, 0, encoded.length, null);
    }
}
