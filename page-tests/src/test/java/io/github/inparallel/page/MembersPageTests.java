package io.github.inparallel.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.inparallel.spring.ClusterView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The page of a member in a browser: it shows the others, and what they run for it. */
@Tag("process")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MembersPageTests {

    private static final List<String> MEMBER = List.of(
            "inparallel.cluster.enabled=true",
            "inparallel.cluster.name=shops",
            "inparallel.cluster.port=0",
            "inparallel.pools.press.spread=cluster");

    private static Browser browser;
    private static RunningApplication watched; // calls only
    private static RunningApplication runner;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        assumeTrue(Browser.isInstalled(), "The page is not tested: there is no Chromium");
        watched = start("inparallel.pools.press.max-workers=0");
        browser = Browser.open();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
        for (RunningApplication each : new RunningApplication[] {watched, runner}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private static RunningApplication start(String... more) {
        List<String> properties = new ArrayList<>(MEMBER);
        properties.addAll(List.of(more));
        return RunningApplication.start(properties.toArray(String[]::new));
    }

    private static String address(RunningApplication member) {
        return member.bean(ClusterView.class).address().orElseThrow();
    }

    @Test
    void othersAreShownWithWhatTheyLendAndRun() throws Exception {
        browser.go("http://127.0.0.1:" + watched.port() + "/actuator/inparallelui");
        browser.await(".members h2", "No other members");
        browser.await(".members", "All tasks run here until another member comes");
        browser.await(".members", address(watched));

        String where = "inparallel.cluster.members=" + address(watched);
        runner = start(where);
        browser.await(".members h2", "1 other member");
        browser.await(".members tbody th", address(runner));
        browser.await(".members .state.compatible", "compatible");
        browser.await(".members td", "2 press"); // free slots

        CompletableFuture<Integer> task =
                watched.bean(Press.class).wait(folder.resolve("go").toString());
        browser.await(".list td", "at " + address(runner));
        browser.await("td.bar", "page 4 of 10");
        browser.await(".headline.good", "1 task runs at other members");
        browser.await(".card", "no workers here");
        browser.await(".card", "1 at other members");
        browser.await(".pool .title", "other members run its tasks");
        browser.awaitThat("return document.querySelectorAll('.members td')[2].innerText === '1 press'"); // there
        assertThat(browser.violations()).isEmpty();

        try (RunningApplication stranger = start(where, "spring.application.name=bank")) {
            browser.await(".members h2", "2 other members");
            browser.await(".members .state.incompatible", "incompatible");
            browser.await(".members .why", "application 'bank', here it is 'print-shop'");
            for (String scheme : List.of("dark", "light")) {
                browser.colours(scheme);
                assertThat(browser.violations()).isEmpty();
            }
            pictureIfAskedFor();
            browser.size(390, 844);
            browser.awaitThat("return document.documentElement.scrollWidth <= innerWidth");
            browser.size(1360, 1000);
            assertThat(address(stranger)).isNotEmpty();
        }

        browser.tabTo("Cancel task");
        browser.press(Keys.ENTER);
        browser.await("dialog", "It ends 1 running task");
        browser.click("dialog button[type=submit]", "Cancel the task");
        assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);
        browser.await("p.none", "No task runs");
        assertThat(browser.complaints()).isEmpty();
    }

    private static void pictureIfAskedFor() throws Exception {
        String folder = System.getProperty("inparallel.pictures.into");
        if (folder != null) {
            for (String scheme : List.of("dark", "light")) {
                browser.colours(scheme);
                browser.picture(Path.of(folder, "members-" + scheme + ".png"));
            }
        }
    }
}
