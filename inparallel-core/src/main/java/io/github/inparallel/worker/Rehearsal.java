package io.github.inparallel.worker;

import io.github.inparallel.TaskContext;
import io.github.inparallel.marshal.Encoded;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.protocol.Answer;
import io.github.inparallel.protocol.TaskRequest;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a task goes through in a worker, once, before the worker is ready: classes are loaded and code is linked then, and
 * not while the first caller waits. It matters most where each task has a worker of its own.
 */
final class Rehearsal {

    private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);

    private Rehearsal() {}

    /** The method that is called. Public, and with a future, as most are. */
    public CompletableFuture<String> task(String text, byte[] bytes) {
        return CompletableFuture.completedFuture(text + bytes.length);
    }

    static void run(Marshaller marshaller) {
        try {
            TaskMethod method = TaskMethod.of(
                    "rehearsal",
                    Rehearsal.class.getMethod("task", String.class, byte[].class),
                    Limits.OF_THE_POOL,
                    marshaller);
            MethodTarget target = new MethodTarget(new Rehearsal(), method.method(), method, true);
            TaskRequest.Address address = TaskRequest.Address.of(method.target(), method.key());
            for (int times = 0; times < 2; times++) { // the second one links what the first has loaded
                byte[] head = new TaskRequest(address, 0, Map.of()).toBytes();
                TaskRequest request = TaskRequest.of(head, null);
                Encoded given = target.codec().encodeArguments(new Object[] {"rehearsal", new byte[3]});
                Object[] arguments = target.codec().decodeArguments(given.bytes(), 0, given.bytes().length, null);
                CompletableFuture<?> returned = (CompletableFuture<?>) target.invoke(arguments, request.attributes());
                Encoded result = target.codec().encodeResult(returned == null ? null : returned.get());
                target.codec().decodeResult(result.bytes(), 0, null);
                Answer.encode(0, 1, result.bytes(), null);
            }
            TaskContext.bind(null);
        } catch (Throwable e) {
            // The first task pays for it then, and says what is wrong.
            log.debug("The rehearsal failed", e);
        }
    }
}
