package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.protocols.SHARED_LOOPBACK;
import org.jgroups.protocols.SHARED_LOOPBACK_PING;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A member that seems to be gone is asked, though questions are lost. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RepeatedQuestionTests {

    private final Lossy lossy = new Lossy();
    private final RepeatedQuestion question = new RepeatedQuestion(2_000);
    private final Verdicts verdicts = new Verdicts();
    private JChannel one;
    private JChannel two;

    /** Two members, of which one is about to seem gone for the other one. */
    @BeforeEach
    void join() throws Exception {
        one = channel(lossy, question, verdicts);
        two = channel(new Lossy(), new RepeatedQuestion(2_000), new Verdicts());
        one.connect(getClass().getName());
        two.connect(getClass().getName());
        await().until(() -> one.getView().size() == 2 && two.getView().size() == 2);
    }

    @AfterEach
    void leave() {
        lossy.toLose.set(0);
        two.close();
        one.close();
    }

    private static JChannel channel(Lossy lossy, RepeatedQuestion question, Verdicts verdicts) throws Exception {
        return new JChannel(
                new SHARED_LOOPBACK(),
                new SHARED_LOOPBACK_PING(),
                lossy,
                question,
                verdicts,
                new NAKACK2().useMcastXmit(false),
                new UNICAST3(),
                new STABLE(),
                new GMS().printLocalAddress(false));
    }

    @Test
    void memberThatAnswersALaterQuestionIsNotGone() throws Exception {
        lossy.toLose.set(5);

        question.up(new Event(Event.SUSPECT, List.of(two.getAddress())));

        await().until(() -> !verdicts.told.isEmpty());
        assertThat(verdicts.told).containsExactly(Event.UNSUSPECT);
        assertThat(question.getSuspects()).isEqualTo("[]");
    }

    @Test
    void memberThatAnswersNoneIsGone() throws Exception {
        lossy.toLose.set(Integer.MAX_VALUE);

        question.up(new Event(Event.SUSPECT, List.of(two.getAddress())));

        await().until(() -> !verdicts.told.isEmpty());
        assertThat(verdicts.told).containsExactly(Event.SUSPECT);
    }

    /** Loses the next messages to a single member. */
    private static final class Lossy extends Protocol {

        private final AtomicInteger toLose = new AtomicInteger();

        @Override
        public @Nullable Object down(Message message) {
            boolean lost = message.getDest() != null && toLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
            return lost ? null : down_prot.down(message);
        }
    }

    /** What is said above the question of members that seemed to be gone. */
    private static final class Verdicts extends Protocol {

        private final Queue<Integer> told = new ConcurrentLinkedQueue<>();

        @Override
        public Object up(Event event) {
            if (event.getType() == Event.SUSPECT || event.getType() == Event.UNSUSPECT) {
                told.add(event.getType());
            }
            return up_prot.up(event);
        }
    }
}
