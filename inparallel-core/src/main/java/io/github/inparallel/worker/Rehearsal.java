package io.github.inparallel.worker;

import io.github.inparallel.TaskContext;
import io.github.inparallel.marshal.Encoded;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.protocol.Answer;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.TaskRequest;
import java.lang.reflect.Method;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What a task goes through in a worker, before there is one: classes are loaded and code is linked then, and not while the
 * first caller waits. It matters most where each task has a worker of its own. What a mapper needs, which is far more than
 * all else, is rehearsed only where there is one.
 */
final class Rehearsal {

    private final Marshaller marshaller;
    private final FrameChannel control;

    private Rehearsal(Marshaller marshaller, FrameChannel control) {
        this.marshaller = marshaller;
        this.control = control;
    }

    static void run(Marshaller marshaller, FrameChannel control) {
        Rehearsal rehearsal = new Rehearsal(marshaller, control);
        rehearsal.run("plain", "rehearsal", new byte[3]);
        if (marshaller.isPrepared()) {
            rehearsal.run("mapped", Map.of("rehearsal", Instant.EPOCH));
        }
    }

    /** Of a method that is called as it is. Public, and with a future, as most are. */
    public CompletableFuture<String> plain(String text, byte[] bytes) {
        return CompletableFuture.completedFuture(text + bytes.length);
    }

    /** Of one whose values a mapper writes. */
    public CompletableFuture<List<Integer>> mapped(Map<String, Instant> map) {
        return CompletableFuture.completedFuture(List.of(map.size()));
    }

    private void run(String name, Object... arguments) {
        try {
            Method called = Arrays.stream(Rehearsal.class.getMethods())
                    .filter(method -> method.getName().equals(name))
                    .findFirst()
                    .orElseThrow();
            TaskMethod method = TaskMethod.of("rehearsal", called, Limits.OF_THE_POOL, marshaller);
            MethodTarget target = new MethodTarget(this, called, method, true);
            TaskRequest.Address address = TaskRequest.Address.of(method.target(), method.key());
            TaskContext.bind(new RunningTask(0, "rehearsal", control));
            for (int times = 0; times < 2; times++) { // the second one links what the first has loaded
                byte[] head = new TaskRequest(address, 0, Map.of()).toBytes();
                TaskRequest request = TaskRequest.of(head, null);
                Encoded given = target.codec().encodeArguments(arguments);
                @Nullable Object[] read = target.codec().decodeArguments(given.bytes(), 0, given.bytes().length, null);
                CompletableFuture<?> returned = (CompletableFuture<?>) target.invoke(read, request.attributes());
                Encoded result = target.codec().encodeResult(returned == null ? null : returned.get());
                target.codec().decodeResult(result.bytes(), 0, null);
                Answer.encode(0, 1, result.bytes(), null);
            }
        } catch (Throwable e) {
            // The first task pays for it then, and says what is wrong.
            LoggerFactory.getLogger(Rehearsal.class).debug("The rehearsal failed", e);
        } finally {
            TaskContext.bind(null);
        }
    }
}
