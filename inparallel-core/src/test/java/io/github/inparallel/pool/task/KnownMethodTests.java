package io.github.inparallel.pool.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.pool.PoolOptions;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which methods are short, and that each is known once. */
class KnownMethodTests {

    interface Work {
        void one();

        void two();
    }

    private static final long LIMIT = 100_000;

    private final PoolOptions options = PoolOptions.builder().build();
    private final Marshaller marshaller =
            new Marshaller(options.format(), options.maxPayload(), options.mapperCustomizer());
    private final KnownMethods methods = new KnownMethods(marshaller);

    private TaskMethod method(String name) throws NoSuchMethodException {
        return TaskMethod.of("bean", Work.class.getDeclaredMethod(name), Limits.OF_THE_POOL, marshaller);
    }

    private KnownMethod ran(long... nanos) throws NoSuchMethodException {
        KnownMethod known = new KnownMethods(marshaller).of(method("one"));
        for (long each : nanos) {
            known.ran(each);
        }
        return known;
    }

    @Test
    void methodIsShortOnceEightTasksWere() throws Exception {
        KnownMethod known = ran();
        for (int i = 0; i < 8; i++) {
            assertThat(known.isShort()).isFalse();
            known.ran(LIMIT - 1);
        }
        assertThat(known.isShort()).isTrue();
    }

    @Test
    void methodThatTakesAsLongAsTheLimitIsNotShort() throws Exception {
        assertThat(ran(LIMIT, LIMIT, LIMIT, LIMIT, LIMIT, LIMIT, LIMIT, LIMIT).isShort())
                .isFalse();
    }

    @Test
    void firstRunsCountAlike() throws Exception {
        assertThat(ran(7 * LIMIT, 0, 0, 0, 0, 0, 0, 0).isShort()).isTrue();
        assertThat(ran(0, 0, 0, 0, 0, 0, 0, 9 * LIMIT).isShort()).isFalse();
    }

    @Test
    void laterRunsMoveTheMeanByAnEighth() throws Exception {
        KnownMethod known = ran(0, 0, 0, 0, 0, 0, 0, 0);

        known.ran(8 * LIMIT - 8);
        assertThat(known.isShort()).isTrue();
        known.ran(8 * LIMIT);
        assertThat(known.isShort()).isFalse();
        known.ran(0);
        known.ran(0);
        known.ran(0);
        known.ran(0);
        known.ran(0);
        assertThat(known.isShort()).isTrue(); // 187,500 less an eighth five times
    }

    @Test
    void meanStaysBetweenTheShortestAndTheLongest() throws Exception {
        Random random = new Random(4);
        KnownMethod known = ran();
        for (int i = 0; i < 1_000; i++) {
            known.ran(random.nextInt((int) LIMIT));
        }
        assertThat(known.isShort()).isTrue();
    }

    @Test
    void eachMethodIsKnownOnce() throws Exception {
        KnownMethod one = methods.of(method("one"));

        assertThat(methods.of(method("one"))).isSameAs(one);
        assertThat(methods.of(method("two"))).isNotSameAs(one);
        assertThat(methods.ids()).containsExactlyInAnyOrder("bean#one()", "bean#two()");
        assertThat(one.id()).isEqualTo("bean#one()");
        assertThat(one.address().target()).isEqualTo("bean");
        assertThat(one.address().method()).isEqualTo("one()");
    }

    @Test
    void mapperIsNeededWhereItsMarshallerNeedsOne() {
        assertThat(methods.marshaller()).isSameAs(marshaller);
        assertThat(methods.needMapper()).isEqualTo(marshaller.isNeeded());
    }
}
