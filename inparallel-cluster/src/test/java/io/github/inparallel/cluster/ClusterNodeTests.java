package io.github.inparallel.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Who knows whom, and what they tell each other of their slots. */
class ClusterNodeTests {

    private final TestCluster cluster = new TestCluster();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(ClusterNode.class);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
        logger.setAdditive(true);
    }

    private List<String> warnings() {
        return log.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void membersWithTheSameMethodsHearOfEachOthersSlots() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Node b = cluster.node("b", 0);

        assertThat(a.pool.members.values()).containsExactly(FreeSlots.NONE);
        assertThat(b.pool.members.values()).containsExactly(new FreeSlots(2, 0));
        assertThat(b.pool.member().name()).isEqualTo("a");
        assertThat(b.node.stats().self()).contains("b");
        assertThat(b.peer().state()).isEqualTo(ClusterStats.State.COMPATIBLE);
        assertThat(b.peer().free()).isEqualTo(Map.of("work", new FreeSlots(2, 0)));
        assertThat(b.peer().version()).contains("1");
    }

    @Test
    void anotherVersionIsIncompatibleAndSaidOnce() {
        TestCluster.Node a = cluster.node("a", TestCluster.identity("1.2", "Work.do"), 2);
        TestCluster.Node b = cluster.node("b", TestCluster.identity("1.3", "Work.do"), 2);
        cluster.breathe();

        assertThat(a.pool.members).isEmpty();
        assertThat(b.pool.members).isEmpty();
        assertThat(a.peer().state()).isEqualTo(ClusterStats.State.INCOMPATIBLE);
        assertThat(warnings())
                .containsExactlyInAnyOrder(
                        "Member a and this one do not run each other's calls: it has version '1.2' of the application, here it is '1.3'",
                        "Member b and this one do not run each other's calls: it has version '1.3' of the application, here it is '1.2'");
    }

    @Test
    void otherMethodsAreNamed() {
        TestCluster.Node a = cluster.node("a", TestCluster.identity("1", "A.a", "A.b", "A.c", "A.d", "A.e", "Z.z"), 2);
        cluster.node("b", TestCluster.identity("1", "B.a", "Z.z"), 2);

        assertThat(a.peer().difference())
                .contains("pool 'work' has other methods: only there B.a, only here A.a, A.b, A.c and 2 more");
    }

    @Test
    void anotherApplicationIsIncompatible() {
        TestCluster.Node a = cluster.node("a", 2);
        cluster.node("b", new Identity("store", "1", Map.of("work", List.of("Work.do"))), 2);

        assertThat(a.peer().difference()).contains("it is application 'store', here it is 'shop'");
    }

    @Test
    void anotherProtocolIsIncompatible() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.new Stranger("b");
        cluster.time.runFor(1);
        b.say(new byte[] {1, 3, 77, 78});

        assertThat(a.peer().difference()).contains("it speaks version 3 of the protocol of inparallel, here it is 2");
        assertThat(b.heard(Message.Free.class)).isEmpty();
    }

    @Test
    void poolThatOnlyOneSideHasIsNotShared() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Node b = cluster.node("b", new Identity("shop", "1", Map.of("other", List.of("Other.do"))), 2);
        cluster.breathe();

        assertThat(a.peer().state()).isEqualTo(ClusterStats.State.COMPATIBLE);
        assertThat(a.pool.members).isEmpty();
        assertThat(b.pool.members).isEmpty();
        assertThat(a.peer().free()).isEmpty();
    }

    @Test
    void changedSlotsAreToldAtMostEvery20Milliseconds() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.stranger("b");
        cluster.breathe();
        int before = b.heard(Message.Free.class).size();

        for (int i = 0; i < 100; i++) {
            a.pool.setFree(i);
            cluster.time.runFor(1);
        }
        cluster.breathe();

        List<Message.Free> heard = b.heard(Message.Free.class);
        assertThat(heard.size() - before).isBetween(5, 6);
        assertThat(heard.get(heard.size() - 1).pools()).isEqualTo(Map.of("work", new FreeSlots(99, 0)));
    }

    @Test
    void slotsThatAreAsBeforeAreNotToldAgain() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.stranger("b");
        cluster.breathe();
        int before = b.heard(Message.Free.class).size();

        a.pool.setFree(1);
        a.pool.setFree(2);
        cluster.breathe();

        assertThat(b.heard(Message.Free.class)).hasSize(before);
    }

    @Test
    void olderWordAboutSlotsDoesNotCount() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.stranger("b");

        b.say(new Message.Free(7, false, Map.of("work", new FreeSlots(3, 0))));
        b.say(new Message.Free(6, false, Map.of("work", new FreeSlots(9, 0), "unknown", new FreeSlots(1, 1))));

        assertThat(a.pool.members.values()).containsExactly(new FreeSlots(3, 0));
    }

    @Test
    void slotsThatAreToldBeforeTheGreetingAreUsedAfterIt() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.new Stranger("b");
        cluster.time.runFor(1);
        b.say(new Message.Free(7, false, Map.of("work", new FreeSlots(3, 0))));
        assertThat(a.pool.members).isEmpty();

        b.say(Contract.greeting(TestCluster.IDENTITY));

        assertThat(a.pool.members.values()).containsExactly(new FreeSlots(3, 0));
    }

    @Test
    void nonsenseIsDroppedAndSaidOnceAMinute() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.stranger("b");

        for (int i = 0; i < 100; i++) {
            b.say(new byte[] {(byte) (100 + i)});
        }
        assertThat(warnings()).singleElement().asString().contains("A message of member b makes no sense");
        cluster.time.runFor(60_000);

        assertThat(warnings()).hasSize(2);
        assertThat(warnings().get(1)).startsWith("99 more messages of member b made no sense");
        assertThat(a.peer().state()).isEqualTo(ClusterStats.State.COMPATIBLE);
    }

    @ParameterizedTest
    @CsvSource({"true, it has shut down", "false, 'it left, or another member lost it'"})
    void memberThatSaidThatItLeavesHasShutDown(boolean saidSo, String why) {
        TestCluster.Node a = cluster.node("a", 0);
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.Free(1, false, Map.of("work", new FreeSlots(1, 0))));
        TestTask task = new TestTask(1);
        a.pool.member().run(task);
        b.say(new Message.Free(2, saidSo, Map.of("work", FreeSlots.NONE)));

        b.port.end(Transport.LEFT);
        cluster.time.runFor(1);

        assertThat(task.events).containsExactly("lost: " + why);
    }

    @Test
    void memberThatIsGoneIsForgotten() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Node b = cluster.node("b", 2);

        b.port.end("it did not answer for 10 s");
        cluster.time.runFor(1);

        assertThat(a.pool.members).isEmpty();
        assertThat(a.node.stats().members()).isEmpty();
        a.pool.setFree(1);
        cluster.breathe();
    }

    @Test
    void memberThatComesBackIsAnotherOne() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Node b = cluster.node("b", 2);
        Object before = a.pool.member();

        cluster.network.cut(a.port, b.port, "the network was cut");
        cluster.time.runFor(1);
        assertThat(a.pool.members).isEmpty();
        cluster.network.heal();
        cluster.time.runFor(1);

        assertThat(a.pool.members).hasSize(1).doesNotContainKey((io.github.inparallel.pool.member.RemoteMember) before);
        assertThat(b.pool.members).hasSize(1);
    }

    @Test
    void memberThatLeavesTakesNothingAndFinishesWhatItRuns() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Node b = cluster.node("b", 2);
        TestTask task = new TestTask(1);
        a.pool.member().run(task);
        cluster.time.runFor(1);

        b.node.beginToLeave();
        cluster.time.runFor(1);
        assertThat(a.pool.members.values()).containsExactly(FreeSlots.NONE);
        assertThat(a.peer().state()).isEqualTo(ClusterStats.State.LEAVING);
        assertThat(b.node.isQuiet()).isFalse();
        TestTask late = new TestTask(2);
        a.pool.member().run(late);
        cluster.time.runFor(1);
        assertThat(late.events).containsExactly("no-slot");

        b.pool.received.get(0).listener.ended(new EncodedOutcome.Cancelled("done"));
        cluster.time.runFor(1);
        assertThat(task.events).containsExactly("cancelled");
        assertThat(b.node.isQuiet()).isTrue();
        b.node.leave(Duration.ofSeconds(1));
        cluster.time.runFor(1);
        assertThat(a.node.stats().members()).isEmpty();
        assertThat(b.pool.members).isEmpty();
    }

    @Test
    void memberLeavesOnceItsPeersSayThatNoMoreCallsCome() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.stranger("b");

        a.node.beginToLeave();
        cluster.time.runFor(1_999);
        assertThat(a.node.isQuiet()).as("a call may be on its way").isFalse();

        b.say(new Message.NoMore());
        assertThat(a.node.isQuiet()).isTrue();
    }

    @Test
    void memberThatLeavesDoesNotWaitForAPeerThatDoesNotAnswer() {
        TestCluster.Node a = cluster.node("a", 2);
        cluster.stranger("b");

        a.node.beginToLeave();
        cluster.time.runFor(2_000);

        assertThat(a.node.isQuiet()).isTrue();
    }

    @Test
    void memberThatLeavesIsToldOnceThatNoMoreCallsComeWhenTheLastHasEnded() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.Free(1, false, Map.of("work", new FreeSlots(2, 0))));
        TestTask task = new TestTask(1);
        a.pool.member().run(task);
        cluster.time.runFor(1);
        Message.Call call = b.heard(Message.Call.class).get(0);

        b.say(new Message.Free(2, true, Map.of("work", FreeSlots.NONE)));
        TestTask late = new TestTask(2);
        a.pool.member().run(late);
        cluster.time.runFor(1);
        assertThat(late.events).containsExactly("no-slot");
        assertThat(b.heard(Message.Call.class)).hasSize(1);
        assertThat(b.heard(Message.NoMore.class)).isEmpty();

        b.say(new Message.Ended(
                call.key(),
                new Message.FreeWord(3, FreeSlots.NONE),
                Message.News.NONE,
                new EncodedOutcome.Cancelled("done")));
        b.say(new Message.Free(4, true, Map.of("work", FreeSlots.NONE)));
        assertThat(task.events).containsExactly("cancelled");
        assertThat(b.heard(Message.NoMore.class)).hasSize(1);
    }

    @Test
    void callThatIsSentWhenTheMemberIsAboutToLeaveIsWaitedFor() {
        TestCluster.Stranger b = cluster.new Stranger("b");
        TestPool pool = new TestPool(0);
        List<TestTask> sent = new ArrayList<>();
        Timing timing = new Timing() {
            @Override
            public long nanoTime() { // who waits looks at it
                if (!sent.isEmpty()) {
                    sent.clear();
                    cluster.time.runFor(1);
                    b.say(new Message.Ended(
                            new TaskKey(0, 1),
                            new Message.FreeWord(2, FreeSlots.NONE),
                            Message.News.NONE,
                            new EncodedOutcome.Cancelled("done")));
                }
                return cluster.time.nanoTime();
            }

            @Override
            public void after(long nanos, Runnable action) {
                cluster.time.after(nanos, action);
            }

            @Override
            public void close() {}
        };
        ClusterNode a = new ClusterNode(
                cluster.network.port("a"),
                TestCluster.IDENTITY,
                Map.of("work", new SharedPool(pool, pool, TestCluster.MAX_PAYLOAD, TestCluster.GRACE)),
                ClusterObserver.NONE,
                timing);
        a.start();
        cluster.time.runFor(1);
        b.say(Contract.greeting(TestCluster.IDENTITY));
        b.say(new Message.Free(1, false, Map.of("work", new FreeSlots(1, 0))));
        b.say(new Message.NoMore());
        TestTask task = new TestTask(1);
        pool.whenAsked = () -> { // after it was seen that nothing crosses
            pool.whenAsked = () -> {};
            pool.member().run(task);
            sent.add(task);
        };

        a.leave(Duration.ofSeconds(30));

        assertThat(task.events).containsExactly("cancelled");
    }

    @Test
    void whatHasNotEndedWhenAMemberLeavesIsLostOrCancelled() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Node b = cluster.node("b", 2);
        TestTask ofA = new TestTask(1);
        a.pool.member().run(ofA);
        TestTask ofB = new TestTask(1);
        b.pool.member().run(ofB);
        cluster.time.runFor(1);

        b.node.beginToLeave();
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        Logger logger = (Logger) LoggerFactory.getLogger(ClusterNode.class);
        logger.addAppender(logged);
        b.node.endLeaving();
        logger.detachAppender(logged);
        cluster.time.runFor(1);

        assertThat(logged.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "This member leaves the cluster while 1 task runs here for member a: they are cancelled, and lost to their caller",
                        "This member leaves the cluster while 1 task runs for it at member a: they are lost here, and cancelled there");
        assertThat(ofA.events).containsExactly("lost: it left");
        assertThat(ofB.events).containsExactly("lost: this member has left the cluster");
        assertThat(b.pool.received.get(0).cancels).containsExactly("this member leaves the cluster");
        assertThat(a.pool.received.get(0).cancels).containsExactly("member b, whose task it is, is gone: it left");
    }

    @Test
    void poolsAreThoseOfTheIdentity() {
        assertThatThrownBy(() -> new ClusterNode(
                        cluster.network.port("x"), TestCluster.IDENTITY, Map.of(), ClusterObserver.NONE, cluster.time))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pools [] (expected: those of the identity, [work])");
    }

    @Test
    void memberWithoutWorkersIsNotQuietWhileItsTasksWaitForOthers() {
        TestCluster.Node a = cluster.node("a", 0);
        a.pool.needed = true;
        assertThat(a.node.isQuiet()).as("nobody is there for them").isTrue();

        cluster.node("c", new Identity("store", "1", Map.of("work", List.of("Work.do"))), 2);
        assertThat(a.node.isQuiet()).as("another application runs none of them").isTrue();

        cluster.node("b", 0);
        assertThat(a.node.isQuiet()).isFalse();
        a.pool.needed = false;
        assertThat(a.node.isQuiet()).isTrue();
    }

    @Test
    void memberThatJoinsWhileAnotherOneClosesGetsNoCallsOfIt() {
        TestCluster.Node a = cluster.node("a", 0);
        a.node.beginToLeave();
        a.node.stopSending();
        TestCluster.Node b = cluster.node("b", 2);

        TestTask task = new TestTask(1);
        a.pool.member().run(task);
        cluster.time.runFor(1);

        assertThat(b.pool.received).isEmpty();
        assertThat(task.events).hasSize(1);
    }
}
