package io.github.inparallel.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Makes the pictures of the documentation from a running application, as CONTRIBUTING.md says. */
@Tag("process")
@EnabledIfSystemProperty(
        named = "inparallel.pictures.of",
        matches = ".+",
        disabledReason = "pictures are made when asked for")
class PicturesTests {

    private static final Path FOLDER = Path.of("../docs/images");

    @Test
    void pageInLightAndDark() throws Exception {
        try (Browser browser = Browser.open()) {
            for (String scheme : new String[] {"light", "dark"}) {
                browser.colours(scheme);
                browser.size(1280, 1180);
                browser.go(System.getProperty("inparallel.pictures.of"));
                browser.await(".freshness", "Live");
                browser.click(".ranges button", "Last 5 min");
                browser.click(".card a", System.getProperty("inparallel.pictures.pool", ""));
                browser.await("tbody th", "");
                browser.awaitThat(
                        "return document.querySelector('.timeline canvas').getAttribute('aria-label') !== null");
                browser.picture(FOLDER.resolve("page-" + scheme + ".png"));
            }
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
