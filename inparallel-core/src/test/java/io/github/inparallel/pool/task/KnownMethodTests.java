package io.github.inparallel.pool.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.protocol.TaskRequest;
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
        assertThat(ran(4 * LIMIT, 3 * LIMIT, 0, 0, 0, 0, 0, 0).isShort()).isTrue();
        assertThat(ran(0, 0, 0, 0, 0, LIMIT, 4 * LIMIT, 4 * LIMIT).isShort()).isFalse();
    }

    @Test
    void laterRunsMoveTheMeanByAnEighth() throws Exception {
        KnownMethod known = ran(0, 0, 0, 0, 0, 0, 0, 0);

        known.ran(4 * LIMIT);
        known.ran(4 * LIMIT);
        assertThat(known.isShort()).isTrue();
        known.ran(4 * LIMIT);
        assertThat(known.isShort()).isFalse(); // 132,031
        known.ran(0);
        known.ran(0);
        assertThat(known.isShort()).isFalse();
        known.ran(0);
        assertThat(known.isShort()).isTrue(); // 132,031 less an eighth three times
    }

    @Test
    void oneLongRunCountsNoMoreThanFourTimesTheLimit() throws Exception {
        KnownMethod known = ran(0, 0, 0, 0, 0, 0, 0, 0);

        known.ran(Long.MAX_VALUE);
        known.ran(Long.MAX_VALUE);
        assertThat(known.isShort()).isTrue();
        known.ran(Long.MAX_VALUE);

        assertThat(known.isShort()).isFalse();
    }

    @Test
    void whatItTakesElsewhereIsKnownApart() throws Exception {
        KnownMethod known = ran(0, 0, 0, 0, 0, 0, 0, 0);
        for (int i = 0; i < 7; i++) {
            known.ranElsewhere(LIMIT - 1);
        }
        assertThat(known.isShortElsewhere()).isFalse();
        known.ranElsewhere(LIMIT - 1);
        assertThat(known.isShortElsewhere()).isTrue();

        for (int i = 0; i < 8; i++) {
            known.ranElsewhere(LIMIT * 2);
        }

        assertThat(known.isShortElsewhere()).isFalse();
        assertThat(known.isShort()).isTrue();
    }

    @Test
    void ofThoseThatOnlyOthersCallAThousandAreRemembered() throws Exception {
        byte[] first = TaskRequest.Address.of("bean", "one()").bytes();
        for (int i = 0; i < 2_000; i++) {
            KnownMethod known =
                    methods.at(TaskRequest.Address.of("bean", "of" + i + "()").bytes());
            assertThat(methods.at(TaskRequest.Address.of("bean", "of" + i + "()")
                                    .bytes())
                            == known)
                    .isEqualTo(i < 1_000);
        }

        assertThat(methods.at(first)).isNotSameAs(methods.at(first));
        assertThat(methods.at(first).id()).isEqualTo("bean#one()");
        KnownMethod called = methods.of(method("one"));
        assertThat(methods.at(first)).isSameAs(called);
        assertThat(methods.ids()).containsExactly("bean#one()");
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
