package io.github.inparallel.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A command that people copy from the documentation: a line of a shell block, what a {@code RUN} in a block for images
 * does, or one within a sentence.
 *
 * @param where file and line
 * @param text without its comment
 */
record DocumentedCommand(String where, String text) {

    private static final String PROGRAM =
            "(?:\\./demo|\\.ci/\\w+|benchmarks/run|mvn|java|jcmd|openssl|keytool|curl|kubectl|docker|git|env)";
    private static final Pattern BLOCK = Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern WITHIN_A_SENTENCE =
            Pattern.compile("`(\\./demo|\\.ci/\\w+|" + PROGRAM + "\\s[^`]+)`", Pattern.DOTALL);

    /** All commands of all pages. */
    static List<DocumentedCommand> all() throws IOException {
        List<DocumentedCommand> commands = new ArrayList<>();
        try (Stream<Path> docs = Files.walk(Path.of("..", "docs"))) {
            List<Path> pages = Stream.concat(
                            Stream.of("README.md", "CONTRIBUTING.md").map(name -> Path.of("..", name)),
                            docs.filter(file -> file.toString().endsWith(".md")).sorted())
                    .toList();
            for (Path page : pages) {
                commands.addAll(of(page.getFileName().toString(), Files.readString(page)));
            }
        }
        return commands;
    }

    /** The commands of a page. */
    static List<DocumentedCommand> of(String name, String page) {
        List<DocumentedCommand> commands = new ArrayList<>();
        StringBuilder prose = new StringBuilder(page);
        for (MatchResult block : BLOCK.matcher(page).results().toList()) {
            int line = lineOf(page, block.start(2));
            for (String each : block.group(2).lines().toList()) {
                String text = inBlock(block.group(1), each);
                if (!text.isBlank()) {
                    commands.add(new DocumentedCommand(name + ":" + line, text));
                }
                line++;
            }
            for (int i = block.start(); i < block.end(); i++) {
                if (prose.charAt(i) != '\n') {
                    prose.setCharAt(i, ' ');
                }
            }
        }
        for (MatchResult span : WITHIN_A_SENTENCE.matcher(prose).results().toList()) {
            String text = span.group(1).replaceAll("\\s+", " ");
            commands.add(new DocumentedCommand(name + ":" + lineOf(page, span.start()), text));
        }
        return commands;
    }

    /** Returns what of a line of a block is a command; empty if it is none. A block without a language is not to have any. */
    private static String inBlock(String language, String line) {
        return switch (language) {
            case "sh", "bash", "shell", "console" ->
                line.replaceFirst("^\\$ ", "").replaceFirst("(^|\\s+)# .*", "");
            case "dockerfile" -> line.startsWith("RUN ") ? line.substring("RUN ".length()) : "";
            case "" -> line.matches(PROGRAM + "( .*)?") ? "(in a block that is not marked as sh) " + line : "";
            default -> "";
        };
    }

    String program() {
        return words().get(0);
    }

    List<String> words() {
        return Pattern.compile(" ").splitAsStream(text).toList();
    }

    private static int lineOf(String page, int position) {
        return (int) page.substring(0, position).lines().count() + (page.charAt(position - 1) == '\n' ? 1 : 0);
    }

    @Override
    public String toString() {
        return where + ": " + text;
    }
}
