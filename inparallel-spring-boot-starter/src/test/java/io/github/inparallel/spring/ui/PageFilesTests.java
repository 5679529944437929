package io.github.inparallel.spring.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of the page are a closed list, and all there. */
class PageFilesTests {

    private static final Pattern LINK = Pattern.compile("(?:src|href)=\"([^\"]+)\"");
    private static final Pattern STYLE_ATTRIBUTE = Pattern.compile("<[^>]+ style=");

    private final PageFiles files = new PageFiles();

    static List<String> names() {
        return PageFiles.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void eachIsThere(String name) {
        PageFiles.File file = files.find(List.of(name.split("/", -1)));
        assertThat(Objects.requireNonNull(file).content()).isNotEmpty();
        assertThat(files.find(List.of(name.split("/", -1)))).isSameAs(file);
    }

    @ParameterizedTest
    @MethodSource("names")
    void noneNeedsWhatThePolicyForbids(String name) {
        String text = text(name);
        if (!name.contains("uplot") && !name.contains("lit-html") && !name.endsWith(".svg")) {
            assertThat(text).doesNotContain("eval(", "innerHTML", "http://", "https://");
            assertThat(STYLE_ATTRIBUTE.matcher(text).find()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "inparallelui/", "pools/"})
    void pageRefersToItsFilesOnly(String base) {
        String page = new String(files.page(base).content(), StandardCharsets.UTF_8);
        Matcher links = LINK.matcher(page);
        int found = 0;
        while (links.find()) {
            assertThat(links.group(1)).startsWith(base);
            assertThat(PageFiles.names()).contains(links.group(1).substring(base.length()));
            found++;
        }
        assertThat(found).isEqualTo(5);
    }

    @Test
    void nothingElseIsFound() {
        for (List<String> path : List.of(
                List.of("index.html"),
                List.of("lit-html"),
                List.of("lit-html/lit-html.js"),
                List.of("lit-html", "..", "app.js"),
                List.of("", "app.js"),
                List.of("APP.JS"),
                List.of("app.js", ""),
                List.of("PageFiles.class"))) {
            assertThat(files.find(path)).as(path.toString()).isNull();
        }
    }

    private String text(String name) {
        return new String(
                Objects.requireNonNull(files.find(List.of(name.split("/", -1)))).content(), StandardCharsets.UTF_8);
    }
}
