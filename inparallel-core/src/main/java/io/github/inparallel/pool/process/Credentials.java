package io.github.inparallel.pool.process;

import io.github.inparallel.protocol.Hello;
import io.github.inparallel.protocol.ProtocolException;
import io.github.inparallel.protocol.Secret;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * The secrets that were made for a worker, one for each of its connections; each lets in once. The secrets may be read by
 * any thread, what was let in is the supervisor's.
 */
public final class Credentials {

    private final String control = Secret.create();
    private final String log = Secret.create();
    private final List<String> slots;
    private final BitSet used = new BitSet(); // the connection for logs as 0

    public Credentials(int slots) {
        this.slots = Stream.generate(Secret::create).limit(slots).toList();
    }

    String control() {
        return control;
    }

    String log() {
        return log;
    }

    List<String> slots() {
        return slots;
    }

    /** Tells whether a connection was let in. */
    public boolean wereUsed() {
        return !used.isEmpty();
    }

    /**
     * Lets a connection in.
     *
     * @throws ProtocolException if there is no such connection, or the secret is not this one's, or was used before
     */
    public void use(Hello hello) throws ProtocolException {
        if (!Secret.matches(of(hello.slot()), hello.secret())) {
            throw new ProtocolException("wrong secret");
        }
        if (used.get(hello.slot() - Hello.LOG)) {
            throw new ProtocolException("secret used before");
        }
        used.set(hello.slot() - Hello.LOG);
    }

    private String of(int slot) throws ProtocolException {
        if (slot == Hello.CONTROL) {
            return control;
        }
        if (slot == Hello.LOG) {
            return log;
        }
        if (slot < 0 || slot >= slots.size()) {
            throw new ProtocolException("no such worker or slot");
        }
        return slots.get(slot);
    }
}
