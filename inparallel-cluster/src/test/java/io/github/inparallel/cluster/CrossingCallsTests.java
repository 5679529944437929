package io.github.inparallel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.TaskProgress;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A short call on its way to another member, and back. */
class CrossingCallsTests {

    private static final EncodedOutcome SUCCEEDED = new EncodedOutcome.Succeeded(new byte[] {1, 2}, null);

    private final TestCluster cluster = new TestCluster();

    private static TaskProgress progress(double fraction) {
        return new TaskProgress(fraction, "", Instant.EPOCH);
    }

    @Test
    void callIsOneMessageAndItsEndAnother() {
        TestCluster.Node a = cluster.node("a", 0);
        TestCluster.Node b = cluster.node("b", 1);
        cluster.breathe();
        cluster.traffic.clear();
        TestTask task = new TestTask(1);

        a.pool.member().run(task);
        cluster.time.runFor(1);
        TestPool.Received received = b.pool.received.get(0);
        received.listener.started("worker-1", 42);
        b.pool.setFree(1);
        received.listener.ended(SUCCEEDED);
        cluster.breathe();

        assertThat(received.from).isEqualTo("a");
        assertThat(received.call.taskId()).isEqualTo("t1");
        assertThat(task.events).containsExactly("started in worker-1 42", "success");
        assertThat(task.outcome).usingRecursiveComparison().isEqualTo(SUCCEEDED);
        assertThat(a.pool.members.values()).containsExactly(new FreeSlots(1, 0));
        assertThat(cluster.traffic.stream().filter(line -> !line.contains("Free[")))
                .hasSize(2);
        assertThat(cluster.counted).containsExactly("b work received success", "a work sent success");
        assertThat(a.node.leftovers()).isEmpty();
        assertThat(b.node.leftovers()).isEmpty();
    }

    @Test
    void callThatFindsNoSlotComesBackAtOnceAfterTheWordThatThereIsNone() {
        TestCluster.Node a = cluster.node("a", 0);
        TestCluster.Node b = cluster.node("b", 1);
        TestTask first = new TestTask(1);
        TestTask second = new TestTask(2);

        a.pool.member().run(first);
        a.pool.member().run(second);
        cluster.time.runFor(1);

        assertThat(b.pool.received).hasSize(1);
        assertThat(second.events).containsExactly("no-slot");
        assertThat(a.pool.heard).endsWith(FreeSlots.NONE);
    }

    @Test
    void taskThatIsOverBeforeItIsSentIsNotAndItsSlotIsSaidAgain() {
        TestCluster.Node a = cluster.node("a", 0);
        cluster.node("b", 1);
        cluster.breathe();
        cluster.traffic.clear();
        int before = a.pool.heard.size();
        TestTask task = new TestTask(1);
        task.over = true;

        a.pool.member().run(task);
        cluster.breathe();

        assertThat(cluster.traffic).isEmpty();
        assertThat(a.pool.heard).hasSize(before + 1).endsWith(new FreeSlots(1, 0));
        assertThat(a.node.leftovers()).isEmpty();
    }

    @Test
    void callThatComesTwiceRunsOnce() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.stranger("b");
        Message call =
                new Message.Call(new TaskKey(0, 7), new TestTask(7).call().orElseThrow());

        b.say(call);
        b.say(call);
        a.pool.received.get(0).listener.ended(SUCCEEDED);
        b.say(call);

        assertThat(a.pool.received).hasSize(1);
        assertThat(b.heard(Message.Ended.class)).hasSize(1);
    }

    @Test
    void wordsAboutTasksThatNobodyKnowsDoNothing() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.stranger("b");
        TaskKey key = new TaskKey(0, 7);

        b.say(new Message.Report(key, new Message.News(1, "w", 1, null)));
        b.say(new Message.Ended(key, new Message.FreeWord(1, FreeSlots.NONE), Message.News.NONE, SUCCEEDED));
        b.say(new Message.CallAck(key, 0));
        b.say(new Message.EndAck(key, 0));
        b.say(new Message.CallChunk(key, 0, ByteBuffer.allocate(3)));
        b.say(new Message.EndChunk(key, 0, ByteBuffer.allocate(3)));

        assertThat(a.node.leftovers()).isEmpty();
    }

    @Test
    void callOfAPoolThatIsNotSharedIsNonsense() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.stranger("b");

        b.say(new Message.Call(new TaskKey(1, 7), new TestTask(7).call().orElseThrow()));

        assertThat(a.pool.received).isEmpty();
        assertThat(a.node.leftovers()).containsExactly("1 malformed messages");
    }

    @Test
    void startAndProgressAreToldAtMostEvery20MillisecondsAndTheLastWithTheEnd() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.Call(new TaskKey(0, 7), new TestTask(7).call().orElseThrow()));
        TestPool.Received received = a.pool.received.get(0);

        received.listener.started("worker-1", 42);
        for (int i = 0; i < 1_000; i++) {
            received.listener.progressed(progress(i / 1000.0));
            if (i % 10 == 9) {
                cluster.time.runFor(1);
            }
        }
        received.listener.progressed(progress(1));
        received.listener.ended(SUCCEEDED);
        cluster.breathe();

        List<Message.Report> reports = b.heard(Message.Report.class);
        assertThat(reports).hasSizeBetween(4, 5);
        assertThat(reports.get(0).news().worker()).isEqualTo("worker-1");
        assertThat(b.heard(Message.Ended.class).get(0).news().progress()).isEqualTo(progress(1));
    }

    /** One that is lost, or overtaken by another, says nothing that the next one does not. */
    @Test
    void eachWordSaysAllThatIsKnown() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.Call(new TaskKey(0, 7), new TestTask(7).call().orElseThrow()));
        TestPool.Received received = a.pool.received.get(0);

        received.listener.started("worker-1", 42);
        cluster.breathe();
        received.listener.progressed(progress(0.5));
        cluster.breathe();
        received.listener.ended(SUCCEEDED);
        cluster.breathe();

        assertThat(b.heard(Message.Report.class).get(1).news())
                .isEqualTo(new Message.News(2, "worker-1", 42, progress(0.5)));
        assertThat(b.heard(Message.Ended.class).get(0).news())
                .isEqualTo(new Message.News(3, "worker-1", 42, progress(0.5)));
    }

    @Test
    void whatIsSaidAgainIsPassedOnOnce() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.Free(1, false, java.util.Map.of("work", new FreeSlots(1, 0))));
        TestTask task = new TestTask(1);
        a.pool.member().run(task);
        cluster.time.runFor(1);

        b.say(new Message.Report(new TaskKey(0, 1), new Message.News(1, "worker-1", 42, null)));
        b.say(new Message.Report(new TaskKey(0, 1), new Message.News(2, "worker-1", 42, progress(0.5))));
        b.say(new Message.Report(new TaskKey(0, 1), new Message.News(3, "worker-1", 42, progress(0.5))));
        b.say(new Message.Report(new TaskKey(0, 1), new Message.News(4, "worker-2", 43, progress(0.5))));

        assertThat(task.events).hasSize(3).element(1).isEqualTo("progress 0.5");
    }

    @Test
    void olderNewsDoNotCount() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.Free(1, false, java.util.Map.of("work", new FreeSlots(1, 0))));
        TestTask task = new TestTask(1);
        a.pool.member().run(task);
        cluster.time.runFor(1);

        b.say(new Message.Report(new TaskKey(0, 1), new Message.News(2, null, 0, progress(0.5))));
        b.say(new Message.Report(new TaskKey(0, 1), new Message.News(1, null, 0, progress(0.3))));

        assertThat(task.events).containsExactly("progress 0.5");
    }

    @Test
    void cancelStopsTheTaskThere() {
        TestCluster.Node a = cluster.node("a", 0);
        TestCluster.Node b = cluster.node("b", 1);
        TestTask task = new TestTask(1);
        a.pool.member().run(task);
        cluster.time.runFor(1);

        a.pool.member().cancel(task);
        a.pool.member().cancel(task);
        cluster.time.runFor(1);
        TestPool.Received received = b.pool.received.get(0);
        assertThat(received.cancels).containsExactly("its caller, member a, gave it up");
        received.listener.ended(new EncodedOutcome.Cancelled("stopped"));
        cluster.time.runFor(1);

        assertThat(task.events).containsExactly("cancelled");
    }

    @Test
    void cancelThatOvertakesItsCallIsRemembered() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.stranger("b");

        b.say(new Message.Cancel(new TaskKey(0, 7)));
        b.say(new Message.Call(new TaskKey(0, 7), new TestTask(7).call().orElseThrow()));

        assertThat(a.pool.received).isEmpty();
        assertThat(b.heard(Message.Ended.class))
                .singleElement()
                .satisfies(ended -> assertThat(ended.outcome()).isInstanceOf(EncodedOutcome.Cancelled.class));
        assertThat(a.node.leftovers()).isEmpty();
    }

    @Test
    void cancelThatComesLateIsNotRemembered() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.Call(new TaskKey(0, 7), new TestTask(7).call().orElseThrow()));
        a.pool.received.get(0).listener.ended(SUCCEEDED);

        b.say(new Message.Cancel(new TaskKey(0, 7)));

        assertThat(a.node.leftovers()).isEmpty();
    }

    @Test
    void cancelsOfCallsThatNeverComeAreBounded() {
        TestCluster.Node a = cluster.node("a", 2);
        TestCluster.Stranger b = cluster.stranger("b");

        for (int i = 0; i < 3_000; i++) {
            b.say(new Message.Cancel(new TaskKey(0, i)));
        }

        assertThat(a.node.leftovers()).containsExactly("1024 cancelled tasks of b have not come");
    }

    @Test
    void tasksOfAndAtAMemberThatIsLostAreLostAndCancelled() {
        TestCluster.Node a = cluster.node("a", 1);
        TestCluster.Node b = cluster.node("b", 1);
        TestTask task = new TestTask(1);
        a.pool.member().run(task);
        cluster.time.runFor(1);

        cluster.network.cut(a.port, b.port, "it did not answer for 10 s");
        cluster.time.runFor(1);

        assertThat(task.events).containsExactly("lost: it did not answer for 10 s");
        assertThat(b.pool.received.get(0).cancels)
                .containsExactly("member a, whose task it is, is gone: it did not answer for 10 s");
        b.pool.received.get(0).listener.ended(SUCCEEDED);
        cluster.breathe();
        assertThat(cluster.counted).containsExactly("a work sent worker-lost", "b work received success");
        assertThat(b.node.leftovers()).isEmpty();
    }

    @Test
    void taskForAMemberThatIsGoneGoesElsewhere() {
        TestCluster.Node a = cluster.node("a", 1);
        TestCluster.Node b = cluster.node("b", 1);
        io.github.inparallel.pool.member.RemoteMember gone = a.pool.member();
        cluster.network.cut(a.port, b.port, "it did not answer for 10 s");
        cluster.time.runFor(1);
        TestTask task = new TestTask(1);

        gone.run(task);

        assertThat(task.events).containsExactly("no-slot");
    }

    @Test
    void taskThatOutlivesItsLimitAndGraceIsOverdueOnce() {
        TestCluster.Node a = cluster.node("a", 0);
        TestCluster.Node b = cluster.node("b", 2);
        TestTask task = new TestTask(1, 10, Duration.ofSeconds(10).toNanos());
        a.pool.member().run(task);
        cluster.time.runFor(20_000);
        assertThat(task.events).as("has not started").isEmpty();
        b.pool.received.get(0).listener.started("w", 1);

        cluster.time.runFor(12_900);
        assertThat(task.events).containsExactly("started in w 1");
        cluster.time.runFor(2_000);
        assertThat(task.events).containsExactly("started in w 1", "overdue");
        cluster.time.runFor(60_000);

        assertThat(task.events).hasSize(2);
        assertThat(a.node.leftovers()).containsExactly("1 tasks sent to b, 0 received from it");
    }

    // ---- short tasks that may come ahead of slots

    private static Message.Call call(int number) {
        return new Message.Call(
                new TaskKey(0, number), new TestTask(number).call().orElseThrow());
    }

    @Test
    void membersThatHaveCallsHereShareWhatMayComeAheadOfSlots() {
        TestCluster.Node a = cluster.node("a", 0);
        TestCluster.Stranger b = cluster.stranger("b");
        TestCluster.Stranger c = cluster.stranger("c");
        a.pool.setFree(new FreeSlots(4, 0, 60));
        cluster.breathe();
        assertThat(b.free()).isEqualTo(new FreeSlots(4, 0, 60));

        b.say(call(1));
        a.pool.setFree(new FreeSlots(3, 0, 60));
        cluster.breathe();
        assertThat(c.free()).isEqualTo(new FreeSlots(3, 0, 60));
        c.say(call(1));
        c.say(call(2));
        a.pool.setFree(new FreeSlots(1, 0, 60));
        cluster.breathe();
        assertThat(b.free()).isEqualTo(new FreeSlots(1, 0, 30));
        assertThat(c.free()).isEqualTo(new FreeSlots(1, 0, 30));

        a.pool.received.get(1).listener.ended(SUCCEEDED);
        a.pool.setFree(new FreeSlots(2, 0, 60));
        cluster.breathe();
        assertThat(b.free()).isEqualTo(new FreeSlots(2, 0, 30));
        c.port.stop();
        cluster.time.runFor(1);
        a.pool.setFree(new FreeSlots(3, 0, 60));
        cluster.breathe();
        assertThat(b.free()).isEqualTo(new FreeSlots(3, 0, 60));
    }
}
