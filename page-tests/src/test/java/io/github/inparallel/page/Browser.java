package io.github.inparallel.page;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A real Chromium without a window. */
final class Browser implements AutoCloseable {

    private static final Path BROWSER = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Tells whether there is one on this machine. Where the whole check runs, its absence is an error. */
    static boolean isInstalled() {
        boolean installed = Files.isExecutable(BROWSER) && Files.isExecutable(DRIVER);
        if (!installed && "required".equals(System.getenv("INPARALLEL_TEST_BROWSER"))) {
            throw new AssertionError("The tests of the page need " + BROWSER + " and " + DRIVER);
        }
        return installed;
    }

    static Browser open() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--js-flags=--expose-gc",
                "--window-size=1360,1000");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    void go(String address) {
        driver.get(address);
    }

    String title() {
        return driver.getTitle();
    }

    String address() {
        return driver.getCurrentUrl();
    }

    /** Waits until an element that the selector finds has this text, and returns it. */
    WebElement await(String selector, String text) {
        return new WebDriverWait(driver, PATIENCE)
                .ignoring(StaleElementReferenceException.class)
                .withMessage(() -> selector + " with \"" + text + "\"; the page has:\n" + text())
                .until(it -> all(selector).stream()
                        .filter(each -> each.isDisplayed() && each.getText().contains(text))
                        .findFirst()
                        .orElse(null));
    }

    /** Waits until a script returns true. */
    void awaitThat(String script) {
        new WebDriverWait(driver, PATIENCE)
                .withMessage(() -> script + "; the page has:\n" + text())
                .until(it -> Boolean.TRUE.equals(script(script)));
    }

    /** Drags with the mouse over the first element that the selector finds. */
    void drag(String selector, int from, int to) {
        WebElement element = all(selector).get(0);
        int middle = element.getSize().getWidth() / 2;
        new Actions(driver)
                .moveToElement(element, from - middle, 0)
                .clickAndHold()
                .moveToElement(element, (from + to) / 2 - middle, 0)
                .moveToElement(element, to - middle, 0)
                .release()
                .perform();
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    String text() {
        return driver.findElement(By.tagName("body")).getText();
    }

    void click(String selector, String text) {
        new WebDriverWait(driver, PATIENCE)
                .ignoring(StaleElementReferenceException.class, ElementNotInteractableException.class)
                .until(it -> {
                    await(selector, text).click();
                    return true;
                });
    }

    void fill(String selector, String text) {
        WebElement field = await(selector, "");
        field.clear();
        field.sendKeys(text);
    }

    /** Ends the session, as time does. */
    void forgetLogin() {
        driver.manage().deleteAllCookies();
    }

    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Presses Tab until an element whose text or label contains this has the focus. */
    void tabTo(String label) {
        for (int i = 0; i < 200; i++) {
            WebElement focused = driver.switchTo().activeElement();
            String name = String.valueOf(focused.getAttribute("aria-label"));
            if (name.contains(label)
                    || focused.getText().contains(label)
                            && !focused.getTagName().equals("body")) {
                return;
            }
            press(Keys.TAB);
        }
        throw new AssertionError("The keyboard does not get to \"" + label + "\"");
    }

    Object script(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    Map<String, Object> command(String name, Map<String, Object> parameters) {
        return driver.executeCdpCommand(name, parameters);
    }

    void size(int width, int height) {
        command(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    }

    void colours(String scheme) {
        command(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** Violations that axe-core finds, each in a line. */
    @SuppressWarnings("unchecked")
    List<String> violations() throws IOException {
        try (InputStream in = Browser.class.getResourceAsStream("/axe.min.js")) {
            script(new String(in.readAllBytes(), StandardCharsets.UTF_8) + "\nwindow.axe = axe;");
        }
        return (List<String>) driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run(document, { resultTypes: ['violations'] }).then(result => done(result.violations.flatMap(
                  violation => violation.nodes.map(node => `${violation.id}: ${node.html} (${node.failureSummary})`))),
                  failure => done([String(failure)]));
                """);
    }

    /** What the browser has complained about since it was asked last. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::toString)
                .toList();
    }

    /** Bytes of the page's objects after a collection. */
    long heap() {
        command("HeapProfiler.collectGarbage", Map.of());
        return ((Number) command("Runtime.getHeapUsage", Map.of()).get("usedSize")).longValue();
    }

    long nodes() {
        return ((Number) script("return document.getElementsByTagName('*').length")).longValue();
    }

    /** Writes a picture of what is seen. */
    void picture(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
