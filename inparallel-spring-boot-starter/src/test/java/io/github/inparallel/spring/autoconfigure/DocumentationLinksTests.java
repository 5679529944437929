package io.github.inparallel.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links within the documentation lead to files and headings that there are. Those to other hosts are nobody's here. */
class DocumentationLinksTests {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern CODE = Pattern.compile("^```.*?^```$|`[^`\\n]*`", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern BLOCK = Pattern.compile("^```.*?^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ +(.+?) *$", Pattern.MULTILINE);

    static Stream<Path> files() throws IOException {
        return Snippet.files().stream();
    }

    @ParameterizedTest
    @MethodSource("files")
    void linksLeadSomewhere(Path file) throws IOException {
        assertThat(brokenLinks(file)).isEmpty();
    }

    /** Who reads the map finds every page from it. */
    @Test
    void theMapNamesEveryPage() throws IOException {
        Path map = DOCS.resolve("README.md");
        Set<Path> linked = new TreeSet<>();
        for (String link : links(map)) {
            linked.add(map.resolveSibling(link.replaceFirst("#.*", "")).normalize());
        }
        Set<Path> pages = new TreeSet<>();
        for (Path file : Snippet.files()) {
            pages.add(file.normalize());
        }
        pages.remove(map.normalize());

        assertThat(linked).containsAll(pages);
    }

    /** The check itself: it would hide whatever it does not notice. */
    @Test
    void brokenLinksAreNoticed(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("other.md"), "# A `task` that hangs, and why\n## Twice\n## Twice\n");
        Path page = folder.resolve("page.md");
        Files.writeString(page, """
                ## Here
                [1](other.md) [2](other.md#a-task-that-hangs-and-why) [3](#here) [4](https://example.com/x)
                [5](other.md#twice-1)
                `[6](code)` [7](missing.md) [8](other.md#there) [9](#there)
                ```
                # no heading
                [10](code)
                ```
                [11](#no-heading)
                """);

        assertThat(brokenLinks(page)).containsExactly("missing.md", "other.md#there", "#there", "#no-heading");
    }

    private static List<String> brokenLinks(Path file) throws IOException {
        List<String> broken = new ArrayList<>();
        for (String link : links(file)) {
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]);
            if (!Files.exists(target) || parts.length == 2 && !anchors(target).contains(parts[1])) {
                broken.add(link);
            }
        }
        return broken;
    }

    private static List<String> links(Path file) throws IOException {
        String prose = CODE.matcher(Files.readString(file)).replaceAll("");
        return LINK.matcher(prose)
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.matches("[a-z]+:.*"))
                .toList();
    }

    /** Returns what GitHub makes of headings: lower case, blanks as hyphens, no punctuation, and a number for a second one. */
    private static Set<String> anchors(Path file) throws IOException {
        String text = BLOCK.matcher(Files.readString(file)).replaceAll("");
        Map<String, Integer> seen = new HashMap<>();
        Set<String> anchors = new TreeSet<>();
        for (MatchResult heading : HEADING.matcher(text).results().toList()) {
            String anchor = heading.group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-');
            int before = seen.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? anchor : anchor + "-" + before);
        }
        return anchors;
    }
}
