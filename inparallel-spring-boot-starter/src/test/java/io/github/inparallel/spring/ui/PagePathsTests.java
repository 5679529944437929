package io.github.inparallel.spring.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page finds the endpoint that acts, wherever both are. */
class PagePathsTests {

    @ParameterizedTest
    @CsvSource({
        "inparallelui, inparallel",
        "/inparallelui, /inparallel",
        "ops/pools, inparallel",
        "pools, ops/act",
        "a/b/c, a/b/d"
    })
    void actionsAreFoundFromTheFolderOfThePage(String page, String actions) {
        PagePaths paths = new PagePaths(Map.of("inparallelui", page, "inparallel", actions)::get, () -> true);
        URI base = URI.create("http://host/base/");
        URI folder = base.resolve((page.startsWith("/") ? page.substring(1) : page) + "/");

        assertThat(folder.resolve(paths.actions() + "/press"))
                .isEqualTo(base.resolve((actions.startsWith("/") ? actions.substring(1) : actions) + "/press"));
        assertThat(page).endsWith(paths.lastSegment());
        assertThat(paths.isWritable()).isTrue();
    }

    @Test
    void nothingCanBeDoneWhereTheOtherEndpointIsNotExposed() {
        PagePaths paths = new PagePaths(Map.of("inparallelui", "inparallelui")::get, () -> true);
        assertThat(paths.actions()).isNull();
        assertThat(paths.isWritable()).isFalse();
    }

    @Test
    void pageHasItsOwnNameWhereNobodyKnowsItsPath() {
        assertThat(new PagePaths(id -> null, () -> false).lastSegment()).isEqualTo("inparallelui");
    }
}
