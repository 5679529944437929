package io.github.inparallel.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import tools.jackson.databind.json.JsonMapper;

/** The page in a browser shows what real pools do, and does what it says. */
@Tag("process")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PageTests {

    private static final String STATE = "/actuator/inparallelui/state";
    private static final String NO_PAGE = "about:blank";

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

    /** Tasks that a failed test has left would hold up the others. */
    @AfterEach
    void endTasks() {
        started.forEach(task -> task.cancel(true));
    }

    @AfterEach
    void browserHasNothingToComplainAbout() {
        browser.go(NO_PAGE);
        assertThat(browser.complaints()).isEmpty();
    }

    /** Its application is ended, and its page goes on asking for it: so the page goes first, then what was said of it. */
    private static void leaveThePageOfAnEndedApplication() {
        browser.go(NO_PAGE);
        browser.complaints();
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
        assertThat(browser.all(".members")).isEmpty(); // it is in no cluster
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

    @Test
    void poolIsDrainedResumedResizedAndRecycled() throws Exception {
        Press press = application.bean(Press.class);
        assertThat(press.print(1).get()).isEqualTo(1);
        browser.go(page());
        browser.click(".title button", "Drain");
        browser.await("dialog", "New calls are refused until it is resumed");
        browser.click("dialog button[type=submit]", "Drain");
        browser.await(".headline.warn", "was drained");
        browser.await(".pool h2 .status", "draining");
        assertThatThrownBy(() -> press.print(1).get()).hasMessageContaining("drained");

        browser.click(".title button", "Resume");
        browser.click("dialog button[type=submit]", "Resume");
        browser.await(".pool h2 .status", "up");
        assertThat(press.print(2).get()).isEqualTo(2);

        browser.click(".title button", "Resize");
        browser.fill("#field-max", "3");
        browser.click("dialog button[type=submit]", "Resize");
        browser.await(".title", "0 to 3 workers");
        browser.click(".title button", "Resize");
        browser.fill("#field-min", "4");
        browser.click("dialog button[type=submit]", "Resize");
        browser.await("dialog .failure", "min");
        browser.press(Keys.ESCAPE);
        browser.click(".title button", "Resize");
        browser.fill("#field-max", "2");
        browser.fill("#field-min", "0");
        browser.click("dialog button[type=submit]", "Resize");
        browser.await(".title", "0 to 2 workers");

        browser.click(".title button", "Recycle");
        browser.click("dialog button[type=submit]", "Recycle");
        browser.click(".tabs a", "Ended workers");
        browser.await(".deaths", "recycled");
        browser.complaints(); // the refusal of the resizing is one
    }

    @Test
    void workerIsSeenFromInsideAndKilled() throws Exception {
        CompletableFuture<Integer> task = startWaiting();
        browser.go(page());
        browser.await("td.bar", "40 %");
        browser.click(".tabs a", "Workers");
        browser.click("tr:has(.busy) th a", "press-");
        browser.click(".details button", "Threads");
        browser.await(".details pre", "Press.wait");
        browser.click(".details button", "Largest classes");
        browser.await(".details th", "java.lang.String");
        browser.click(".details button", "Last output");
        browser.await(".details h4", "Standard error");
        browser.click(".details button", "Created and held back");
        browser.await(".details h4", "Held back");
        assertThat(browser.violations()).isEmpty();

        browser.click("tr:has(.busy) button.danger", "Kill");
        browser.await("dialog", "It ends 1 running task: Press.wait");
        browser.click("dialog button[type=submit]", "Kill the worker");
        assertThatThrownBy(task::get).hasMessageContaining("killed");
        browser.await(".details h3", "lives any more");
    }

    @Test
    void goesOnByItselfWhenTheApplicationIsBack() throws Exception {
        RunningApplication first = RunningApplication.start();
        try (StrippingProxy proxy = new StrippingProxy("/tools/shop", first.port())) {
            browser.go("http://127.0.0.1:" + proxy.port() + "/tools/shop/actuator/inparallelui/");
            browser.await(".freshness", "Live");
            browser.await(".card", "press");
            first.close();
            browser.await(".freshness.bad", "has been gone since");
            browser.await("h1", "Last known: ");
            try (RunningApplication second = RunningApplication.start()) {
                proxy.to(second.port());
                assertThat(second.bean(Press.class).print(5).get()).isEqualTo(5);
                browser.await(".freshness.good", "Live");
                browser.await(".headline.good", "All is well");
                browser.click(".tabs a", "Methods");
                browser.await("tbody th", "Press.print");
            }
        } finally {
            first.close();
            leaveThePageOfAnEndedApplication();
        }
    }

    @Test
    void nothingCanBeDoneWhereAccessIsReadOnly() throws Exception {
        try (RunningApplication readOnly =
                RunningApplication.start("management.endpoint.inparallel.access=read-only")) {
            CompletableFuture<Integer> task = readOnly.bean(Press.class).wait(go());
            browser.go("http://127.0.0.1:" + readOnly.port() + "/actuator/inparallelui");
            browser.await("td.bar", "40 %");
            assertThat(browser.all(".title button")).isEmpty();
            assertThat(browser.all("td button")).isEmpty();
            browser.click(".tabs a", "Workers");
            browser.click("tbody th a", "press-");
            browser.click(".details button", "Threads");
            browser.await(".details pre", "Press.wait");
            assertThat(browser.script("""
                            return fetch('/actuator/inparallel/press', { method: 'POST', headers: { 'Content-Type': 'application/json' },
                              body: '{"action":"drain"}' }).then(response => response.status)""")).isEqualTo(405L);
            task.cancel(true);
        } finally {
            leaveThePageOfAnEndedApplication();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"servlet", "reactive"})
    void expiredLoginIsSaidAndTheNextOneIsTaken(String type) throws Exception {
        try (RunningApplication secured = RunningApplication.startWith(type, "spring.profiles.active=secured")) {
            String page = "http://127.0.0.1:" + secured.port() + "/actuator/inparallelui";
            browser.go(page);
            signIn();
            browser.await(".freshness", "Live");
            CompletableFuture<Integer> task = secured.bean(Press.class).wait(go());
            browser.await("tbody th", "Press.wait");
            browser.click("td button", "Cancel");
            browser.click("dialog button[type=submit]", "Cancel the task"); // needs the token
            assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);

            browser.forgetLogin();
            browser.await(".freshness.bad", "Not signed in");
            browser.click(".freshness a", "Sign in");
            signIn();
            browser.await(".freshness", "Live");
        } finally {
            leaveThePageOfAnEndedApplication();
        }
    }

    /** Of 500 workers each is an application that starts. */
    @Test
    @Timeout(value = 40, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void pageThatIsOpenForLongDoesNotGrow() throws Exception {
        Press press = application.bean(Press.class);
        browser.go(page());
        browser.await(".freshness", "Live");
        runAndLose(press, 60, 5); // so that all lists are full of what they show
        browser.await(".tabs a", "Ended workers");
        long heap = browser.heap();
        long nodes = browser.nodes();
        String cursor = JsonMapper.shared()
                .readTree(application.get(STATE).body())
                .get("cursor")
                .asString();
        runAndLose(press, FULL ? 10_000 : 600, FULL ? 500 : 10);
        assertThat(browser.nodes()).isLessThan(nodes + 400);
        assertThat(browser.heap()).isLessThan(heap + (6 << 20));
        byte[] news = application.get(STATE + "?since=" + cursor).body().getBytes(StandardCharsets.UTF_8);
        assertThat(news.length).isBetween(10_000, 64 * 1024);
    }

    @Test
    void openPageDoesNotHoldUpAShutdown() throws Exception {
        RunningApplication watched = RunningApplication.start("spring.lifecycle.timeout-per-shutdown-phase=20s");
        try {
            browser.go("http://127.0.0.1:" + watched.port() + "/actuator/inparallelui");
            browser.await(".freshness", "Live");
            long begin = System.nanoTime();
            watched.close();
            // Whatever held a connection open would take all of the 20 s that requests have.
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
            browser.await(".freshness.bad", "has been gone since");
        } finally {
            watched.close();
            leaveThePageOfAnEndedApplication();
        }
    }

    private static final boolean FULL = Boolean.getBoolean("inparallel.test.full");

    private static void runAndLose(Press press, int tasks, int workers) throws Exception {
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            all.add(i % (tasks / workers) == 0 ? press.crash() : press.print(i));
        }
        for (CompletableFuture<Integer> each : all) {
            try {
                each.get();
            } catch (ExecutionException e) {
                assertThat(e).hasMessageContaining("exit code 3");
            }
        }
    }

    private void signIn() {
        browser.fill("#username", Security.USER);
        browser.fill("#password", Security.PASSWORD);
        browser.press(Keys.ENTER);
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
