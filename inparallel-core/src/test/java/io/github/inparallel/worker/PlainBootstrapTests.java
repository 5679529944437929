package io.github.inparallel.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.marshal.Marshaller;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How a worker without a container finds what is called. */
class PlainBootstrapTests {

    private static final AtomicInteger objects = new AtomicInteger();

    public interface Greeting {
        String greet(String name);

        String greet(String name, int times);
    }

    static final class Polite implements Greeting {

        Polite() {
            objects.incrementAndGet();
        }

        @Override
        public String greet(String name) {
            return "Good day, " + name;
        }

        @Override
        public String greet(String name, int times) {
            return greet(name).repeat(times);
        }
    }

    /** What it does at its initialisation would be seen. */
    static final class Unwilling implements Greeting {

        static {
            objects.addAndGet(1_000);
        }

        @Override
        public String greet(String name) {
            return name;
        }

        @Override
        public String greet(String name, int times) {
            return name;
        }
    }

    private static final String ONE = "greet(java.lang.String)";
    private static final String MANY = "greet(java.lang.String,int)";
    private static final String TARGET = target(Polite.class.getName());

    private static String target(String implementation) {
        return Greeting.class.getName() + "=" + implementation;
    }

    private static PlainBootstrap started(String... called) {
        objects.set(0);
        PlainBootstrap bootstrap = new PlainBootstrap();
        bootstrap.start(new WorkerEnvironment(
                "pool",
                "pool-1",
                1,
                Marshaller.Format.CBOR,
                false,
                List.of(called),
                1_000,
                null,
                Map.of(),
                message -> {}));
        return bootstrap;
    }

    @Test
    void whatWasCalledBeforeIsPreparedAndItsObjectMadeByTheFirstTask() throws Throwable {
        PlainBootstrap bootstrap = started(TARGET + "#" + ONE, target(Unwilling.class.getName()) + "#" + ONE);
        assertThat(objects).hasValue(0);
        assertThat(bootstrap.target(TARGET, ONE).invoke(new Object[] {"Ada"}, Map.of()))
                .isEqualTo("Good day, Ada");
        assertThat(bootstrap.target(TARGET, MANY).invoke(new Object[] {"Ada", 0}, Map.of()))
                .isEqualTo("");
        assertThat(objects).hasValue(1);
    }

    @Test
    void whatCannotBePreparedIsTheTasksMatter() {
        String gone = target("com.example.Gone");
        PlainBootstrap bootstrap = started(gone + "#" + ONE, TARGET + "#gone()", "com.example.Gone=x#" + ONE);
        assertThatThrownBy(() -> bootstrap.target(gone, ONE)).hasMessageContaining("com.example.Gone");
        assertThatThrownBy(() -> bootstrap.target(TARGET, "gone()"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(TARGET + ".gone()");
        assertThat(bootstrap.target(TARGET, ONE).declaresFuture()).isFalse();
    }
}
