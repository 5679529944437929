package io.github.inparallel.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The page in a browser shows what real pools do, and does what it says. */
@Tag("process")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PageTests {

    private static Browser browser;
    private static RunningApplication application;

    @TempDir
    private Path folder;

    private final List<CompletableFuture<?>> started = new ArrayList<>();

    @BeforeAll
    static void open() {
        assumeTrue(Browser.isInstalled(), "The page is not tested: there is no Chromium");
        application = RunningApplication.start();
        browser = Browser.open();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
        if (application != null) {
            application.close();
        }
    }

    /** What a test that failed has left would hold up the others. */
    @AfterEach
    void endTasks() {
        started.forEach(task -> task.cancel(true));
        browser.go("about:blank");
    }

    @AfterEach
    void browserHasNothingToComplainAbout() {
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void showsWhatRunsWaitsFailsAndDies() throws Exception {
        Press press = application.bean(Press.class);
        assertThat(press.print(3).get()).isEqualTo(3);
        assertThatThrownBy(() -> press.fail("no paper").get()).hasMessageContaining("no paper");
        assertThatThrownBy(() -> press.crash().get()).hasMessageContaining("exit code 3");
        List<CompletableFuture<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tasks.add(startWaiting());
        }

        browser.go(page());
        browser.await(".freshness", "Live");
        browser.await(".headline.warn", "exit code 3, exited");
        browser.await(".headline .advice", "Keep the task from calling exit");
        browser.await(".card", "2 of 2 busy");
        browser.await(".card", "1 waiting");
        browser.await("tbody th", "Press.wait");
        browser.await("td.bar", "40 %");
        browser.await("td.bar", "page 4 of 10");
        browser.await("td.bar", "of 10 min 0 s");
        browser.click(".tabs a", "Failed tasks");
        browser.await("td", "no paper");
        browser.await("td", "lost with their worker");
        browser.click(".tabs a", "Ended workers");
        browser.click("summary", "exited, exit code 3");
        browser.await("pre", "The drum is on fire");
        browser.click(".tabs a", "Methods");
        browser.await("tr", "Press.fail");
        browser.click(".tabs a", "Workers");
        browser.await("td", "busy");
        browser.awaitThat(
                "return document.querySelector('.timeline canvas').getAttribute('aria-label').includes('2 tasks run')");
        assertThat(browser.violations()).isEmpty();

        Files.createFile(Path.of(go()));
        for (CompletableFuture<Integer> task : tasks) {
            assertThat(task.get()).isEqualTo(1);
        }
        browser.await(".card", "0 of 2 busy");
        browser.await(".card", "0 waiting");
    }

    @Test
    void keyboardAloneCancelsATask() throws Exception {
        CompletableFuture<Integer> task = startWaiting();
        browser.go(page());
        browser.await("tbody th", "Press.wait");
        browser.tabTo("Cancel task");
        browser.press(Keys.ENTER);
        browser.await("dialog", "It ends 1 running task");
        browser.press(Keys.ESCAPE);
        browser.awaitThat("return !document.querySelector('dialog').open");
        assertThat(task).isNotDone();

        browser.tabTo("Cancel task");
        browser.press(Keys.ENTER);
        browser.await("dialog", "It ends 1 running task");
        browser.press(Keys.TAB);
        browser.press(Keys.ENTER);
        assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);
        browser.await("p.none", "No task runs");
    }

    @Test
    void addressSaysWhatIsOpen() throws Exception {
        assertThat(application.bean(Press.class).print(1).get()).isEqualTo(1);
        browser.go(page());
        browser.click(".tabs a", "Methods");
        assertThat(browser.address()).endsWith("#/pool/press/methods");
        String address = browser.address();
        browser.go("about:blank");
        browser.go(address);
        browser.await("tbody th", "Press.print");
        browser.await(".tabs a[aria-current=page]", "Methods");
    }

    @Test
    void rangeHoldsForAllCharts() throws Exception {
        assertThat(application.bean(Press.class).print(1).get()).isEqualTo(1);
        browser.go(page());
        browser.awaitThat("return document.querySelectorAll('.charts .uplot').length === 4");
        browser.click(".ranges button", "Last hour");
        browser.await(".ranges button[aria-pressed=true]", "Last hour");
        browser.drag(".charts .u-over", 100, 160);
        browser.await(".ranges", " to ");
        browser.click(".ranges button", "Last 5 min");
        browser.await(".ranges", "Drag over a chart");
    }

    @Test
    void fitsAPhoneAndTheDark() throws Exception {
        CompletableFuture<Integer> task = startWaiting();
        try {
            for (String scheme : List.of("dark", "light")) {
                browser.colours(scheme);
                browser.size(390, 844);
                browser.go(page());
                browser.await("tbody th", "Press.wait");
                browser.awaitThat("return document.documentElement.scrollWidth <= innerWidth");
                browser.awaitThat(
                        "return document.querySelector('td button').getBoundingClientRect().right <= innerWidth");
                assertThat(browser.violations()).isEmpty();
            }
        } finally {
            browser.size(1360, 1000);
        }
        Files.createFile(Path.of(go()));
        assertThat(task.get()).isEqualTo(1);
    }

    private CompletableFuture<Integer> startWaiting() {
        CompletableFuture<Integer> task = application.bean(Press.class).wait(go());
        started.add(task);
        return task;
    }

    private String go() {
        return folder.resolve("go").toString();
    }

    private static String page() {
        return "http://127.0.0.1:" + application.port() + "/actuator/inparallelui";
    }
}
