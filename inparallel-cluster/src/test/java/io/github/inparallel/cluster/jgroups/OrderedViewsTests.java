package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jgroups.JChannel;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.protocols.SHARED_LOOPBACK;
import org.jgroups.protocols.SHARED_LOOPBACK_PING;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OrderedViewsTests {

    @Test
    void aLaterViewWaitsUntilTheEarlierOneIsTold() throws Exception {
        List<Long> told = new CopyOnWriteArrayList<>();
        CountDownLatch telling = new CountDownLatch(1);
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        OrderedViews views = new OrderedViews();
        try (JChannel channel = new JChannel(
                new SHARED_LOOPBACK(),
                new SHARED_LOOPBACK_PING(),
                new NAKACK2().useMcastXmit(false),
                new UNICAST3(),
                new STABLE(),
                views)) {
            channel.setReceiver(new Receiver() {
                @Override
                public void viewAccepted(View view) {
                    if (view.getViewId().getId() == 0) {
                        telling.countDown();
                        goOn.join();
                    }
                    told.add(view.getViewId().getId());
                }
            });
            Thread first = new Thread(() -> connect(channel));
            first.start();
            telling.await();
            Thread second = new Thread(() ->
                    views.installView(View.create(channel.getAddress(), 1, channel.getAddress(), UUID.randomUUID())));
            second.start();
            try {
                await().until(() -> second.getState() == Thread.State.BLOCKED || !second.isAlive());
            } finally {
                goOn.complete(null); // else the channel, which is still connecting, could not be closed
            }
            first.join();
            second.join();

            assertThat(told).containsExactly(0L, 1L);
        }
    }

    private static void connect(JChannel channel) {
        try {
            channel.connect("shop");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
