package io.github.inparallel.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.spring.autoconfigure.SourceMessages.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference of messages has what the engine logs at WARN and ERROR, what its exceptions say, and nothing else. */
class MessagesDocumentationTests {

    private static final List<String> MODULES =
            List.of("inparallel-core", "inparallel-spring-boot-starter", "inparallel-cluster");

    /** Whose {@code warn} and {@code error} are heard; what is held back is logged by whoever gets a worker's report. */
    private static final Set<String> LOGGERS = Set.of("Logger", "Log", "HeldBack");

    private static final Set<String> EXCEPTIONS = Set.of(
            "InParallelException",
            "TaskTimeoutException",
            "TaskRefusedException",
            "TaskFailedException",
            "WorkerLostException",
            "WorkerStartException",
            "DrainTimeoutException",
            "MarshallingException");

    /** Files that log what others give them. */
    private static final Set<String> PASS_ON = Set.of("Log.java", "FirstReports.java");

    /** No caller ever sees it: its text is replaced on the way. */
    private static final String UNSEEN = "No slot of pool";

    private static final Pattern ROW = Pattern.compile("\\| (\\w+) \\| (`[^|]+`) \\| [^|]+ \\| [^|]+ \\|");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern PLACE = Pattern.compile("((?:<[a-z ]+>)+)|…");

    private static SourceMessages sources;
    private static List<Entry> entries;

    /** A message of the page. */
    private record Entry(String kind, String message, Pattern pattern) {

        boolean describes(Said said) {
            return said.kind().equals(kind)
                    && said.texts().stream()
                            .anyMatch(text -> pattern.matcher(text).matches());
        }

        @Override
        public String toString() {
            return kind + " " + message;
        }
    }

    @BeforeAll
    static void read() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> all = Files.walk(Path.of("..", module, "src", "main", "java"))) {
                all.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
            }
        }
        sources = SourceMessages.of(files, LOGGERS, EXCEPTIONS);
        entries = entries(Files.readString(Path.of("..", "docs", "messages.md")));
    }

    private static List<Entry> entries(String page) {
        List<Entry> entries = new ArrayList<>();
        for (String line : page.lines().toList()) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                for (MatchResult message : CODE.matcher(row.group(2)).results().toList()) {
                    entries.add(new Entry(row.group(1), message.group(1), pattern(message.group(1))));
                }
            }
        }
        return entries;
    }

    /** A placeholder is exactly one thing that is not known before, or that very text; an ellipsis is whatever there is. */
    private static Pattern pattern(String message) {
        StringBuilder pattern = new StringBuilder();
        Matcher place = PLACE.matcher(message);
        int from = 0;
        while (place.find()) {
            pattern.append(Pattern.quote(message.substring(from, place.start())));
            String name = place.group(1);
            pattern.append(name == null ? ".*" : "(?:" + SourceMessages.HOLE + "|" + Pattern.quote(name) + ")");
            from = place.end();
        }
        return Pattern.compile(
                pattern.append(Pattern.quote(message.substring(from))).toString(), Pattern.DOTALL);
    }

    private static List<Said> said() {
        return sources.found().stream()
                .filter(each -> EXCEPTIONS.contains(each.kind())
                        ? !each.hasNoWords() && each.texts().stream().noneMatch(text -> text.startsWith(UNSEEN))
                        : !PASS_ON.contains(each.where().replaceFirst(":.*", "")))
                .toList();
    }

    @Test
    void everyMessageHasAnEntry() {
        List<Said> missing = said().stream()
                .filter(each -> entries.stream().noneMatch(entry -> entry.describes(each)))
                .toList();

        assertThat(missing).as("messages that docs/messages.md does not have").isEmpty();
    }

    @Test
    void everyEntryIsAMessage() {
        List<Said> said = said();
        List<Entry> gone = entries.stream()
                .filter(entry -> said.stream().noneMatch(entry::describes) && !isMadeElsewhere(entry))
                .toList();

        assertThat(gone).as("entries of docs/messages.md that no code says").isEmpty();
    }

    /** Some exceptions get their text from a method. */
    private static boolean isMadeElsewhere(Entry entry) {
        return EXCEPTIONS.contains(entry.kind())
                && sources.literals().stream()
                        .anyMatch(text -> entry.pattern().matcher(text).matches());
    }

    /** A line that is an exception's message alone cannot be looked up. */
    @Test
    void everyLineHasWordsOfItsOwn() {
        assertThat(said()).filteredOn(Said::hasNoWords).isEmpty();
        assertThat(sources.unreadable())
                .filteredOn(where -> !PASS_ON.contains(where.replaceFirst(":.*", "")))
                .isEmpty();
    }

    /** The check itself: it would hide whatever it does not notice. */
    @Test
    void whatIsLoggedIsFound(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("Sample.java");
        Files.writeString(file, """
                class Sample {
                    private static final Logger log = LoggerFactory.getLogger(Sample.class);
                    private static final String WHAT = "table";
                    void say(boolean all, Observation observation, String name) {
                        log.warn(
                            "A {} of {}" + " is gone: {}",
                            WHAT, name, all ? "all" : name);
                        LoggerFactory.getLogger("x").error(text(name));
                        log.info("nothing");
                        observation.error(new Error("nothing"));
                        names.forEach(log::warn);
                        log.atWarn().log("hidden");
                        throw new Lost("Worker " + name, null);
                    }
                    String text(String name) { return "It is " + name; }
                }
                """);
        SourceMessages found = SourceMessages.of(List.of(file), Set.of("Logger"), Set.of("Lost"));

        assertThat(found.found())
                .extracting(Said::toString)
                .containsExactly(
                        "Sample.java:5: WARN A table of … is gone: all | A table of … is gone: …",
                        "Sample.java:8: ERROR It is …",
                        "Sample.java:11: WARN …",
                        "Sample.java:13: Lost Worker …");
        assertThat(found.unreadable()).containsExactly("Sample.java:12: log", "Sample.java:12: atWarn");

        List<Entry> page = entries("""
                | WARN | `A table of <name> is gone: <why>`<br>`A table of …` | why | do |
                | ERROR | `It was <name>` | why | do |
                """);
        assertThat(page.get(0).describes(found.found().get(0))).isTrue();
        assertThat(page.get(1).describes(found.found().get(0))).isTrue();
        assertThat(page.get(2).describes(found.found().get(1))).isFalse();
    }
}
