package io.github.inparallel.spring.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A block of code in the documentation.
 *
 * @param file where it is
 * @param line of its first line
 * @param language as the fence says
 * @param given declarations that it needs and readers can do without, from a comment {@code <!-- given: … -->} before it
 * @param text of the block
 */
record Snippet(Path file, int line, String language, String given, String text) {

    private static final Pattern BLOCK = Pattern.compile(
            "(?:<!-- given:(.*?)-->\\s*\\n)?^```(\\w+)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    /** All files that people read, those in folders of the documentation too. */
    static List<Path> files() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("..", "docs"))) {
            return Stream.concat(
                            Stream.of("README.md", "CONTRIBUTING.md").map(name -> Path.of("..", name)),
                            docs.filter(file -> file.toString().endsWith(".md")).sorted())
                    .toList();
        }
    }

    /** The blocks of a file in these languages. */
    static List<Snippet> in(Path file, String... languages) throws IOException {
        String page = Files.readString(file);
        List<Snippet> snippets = new ArrayList<>();
        for (MatchResult block : BLOCK.matcher(page).results().toList()) {
            if (List.of(languages).contains(block.group(2))) {
                int line = (int) page.substring(0, block.start(3)).lines().count() + 1;
                snippets.add(new Snippet(file, line, block.group(2), orEmpty(block.group(1)), block.group(3)));
            }
        }
        return snippets;
    }

    private static String orEmpty(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }

    /** Where it is, for messages. */
    @Override
    public String toString() {
        return file.getFileName() + ":" + line;
    }
}
