package io.github.inparallel.cluster.autoconfigure;

import static io.github.inparallel.cluster.autoconfigure.ShopMembers.address;
import static io.github.inparallel.cluster.autoconfigure.ShopMembers.awaitOther;
import static io.github.inparallel.cluster.autoconfigure.ShopMembers.membership;
import static io.github.inparallel.cluster.autoconfigure.ShopMembers.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.cluster.ClusterStats.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.ConfigurableApplicationContext;

/** Members are replaced one by one while others call: applications in one JVM, whose workers are threads. */
@Timeout(120)
class RollingUpgradeTests {

    private static final String SECRET = "inparallel.cluster.secret=what only members know";
    private static final int CALLERS = 6;
    private static final int MANY = 20; // calls

    private final ShopMembers shop = new ShopMembers();
    private final List<String> addresses = new ArrayList<>(); // of all members that ever were
    private final List<Load> loads = new ArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() throws InterruptedException {
        for (Load load : loads) {
            load.stop();
        }
        shop.close();
    }

    /** Threads of a member that call one after the other, until they are stopped. */
    private final class Load {

        private final Map<String, Integer> answers = new ConcurrentHashMap<>(); // by who gave them
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean over;

        Load(ConfigurableApplicationContext member) {
            loads.add(this);
            for (int i = 0; i < CALLERS; i++) {
                Thread thread = new Thread(() -> call(member));
                thread.start();
                threads.add(thread);
            }
        }

        private void call(ConfigurableApplicationContext member) {
            while (!over) {
                try {
                    answers.merge(read(member, "a page").get(30, TimeUnit.SECONDS), 1, Integer::sum);
                } catch (Exception e) {
                    failures.add(e);
                }
            }
        }

        /** Waits until this one answers, and goes on to do so. */
        void awaitAnswersOf(String owner) {
            int more = answered(owner) + MANY;
            await().until(() -> answered(owner) >= more);
        }

        private int answered(String owner) {
            return answers.getOrDefault("a page read by " + owner, 0);
        }

        void stop() throws InterruptedException {
            over = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private ConfigurableApplicationContext member(Class<?> build, String owner) {
        ConfigurableApplicationContext member = shop.start(
                build,
                SECRET,
                "test.owner=" + owner,
                "inparallel.pools.ocr.max-workers=1",
                "inparallel.cluster.members=" + String.join(",", addresses));
        addresses.add(address(member));
        return member;
    }

    @Test
    void membersOfTwoBuildsAreReplacedAndNoCallFails() throws Exception {
        ConfigurableApplicationContext oldOne = member(ShopMembers.Shop.class, "old 1");
        ConfigurableApplicationContext oldTwo = member(ShopMembers.Shop.class, "old 2");
        ConfigurableApplicationContext oldThree = member(ShopMembers.Shop.class, "old 3");
        Load load = new Load(oldOne);
        load.awaitAnswersOf("old 2");
        load.awaitAnswersOf("old 3");

        ConfigurableApplicationContext newOne = member(ShopMembers.NextShop.class, "new 1");
        awaitOther(newOne, State.INCOMPATIBLE);
        oldThree.close();
        load.awaitAnswersOf("old 2");

        ConfigurableApplicationContext newTwo = member(ShopMembers.NextShop.class, "new 2");
        awaitOther(newTwo, State.COMPATIBLE);
        Load next = new Load(newOne);
        next.awaitAnswersOf("new 2");
        oldTwo.close();
        load.awaitAnswersOf("old 1");
        load.stop();
        oldOne.close();
        next.awaitAnswersOf("new 2");
        next.stop();

        await().until(() -> membership(newOne).members().size() == 1);
        assertThat(failures).isEmpty();
        assertThat(load.answers.keySet()).allMatch(answer -> answer.contains("by old "));
        assertThat(next.answers.keySet()).allMatch(answer -> answer.contains("by new "));
    }

    @Test
    void memberThatComesAndGoesUnderLoadLosesNoCall() throws Exception {
        Load load = new Load(member(ShopMembers.Shop.class, "caller"));
        for (int i = 0; i < 5; i++) {
            String owner = "helper " + i;
            ConfigurableApplicationContext helper = member(ShopMembers.Shop.class, owner);
            load.awaitAnswersOf(owner);
            helper.close();
        }
        load.stop();

        assertThat(failures).isEmpty();
    }
}
