package io.github.inparallel.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The figures of the first JDK in a file that {@link Report} has written. */
final class ResultsFile {

    private static final Pattern ROW =
            Pattern.compile("\\| (M\\d+) \\| ([^|]+) \\| ([^|]+) \\| [^|]* \\| ([\\d.,]+).*");
    private static final Pattern HEAD =
            Pattern.compile("\\| measure \\| contender \\| figure \\| unit \\| (JDK [^ |]+).*");
    private static final Pattern DAY = Pattern.compile("# Measured (\\S+) .*");

    private final Map<List<String>, Double> values = new LinkedHashMap<>();
    private final String name;
    private String jdk = "";
    private String day = "";

    private ResultsFile(String name) {
        this.name = name;
    }

    static ResultsFile read(Path file) throws IOException {
        ResultsFile results = new ResultsFile(file.getFileName().toString());
        for (String line : Files.readAllLines(file)) {
            Matcher row = ROW.matcher(line);
            Matcher head = HEAD.matcher(line);
            Matcher day = DAY.matcher(line);
            if (row.matches()) {
                results.values.put(
                        List.of(row.group(1), row.group(2).strip(), row.group(3).strip()),
                        Double.valueOf(row.group(4).replace(",", "")));
            } else if (head.matches()) {
                results.jdk = head.group(1);
            } else if (day.matches()) {
                results.day = day.group(1);
            }
        }
        return results;
    }

    /** Of all rounds, the median. */
    double median(String measure, String contender, String figure) {
        Double value = values.get(List.of(measure, contender, figure));
        if (value == null) {
            throw new IllegalArgumentException(name + " has no " + measure + " of " + contender + ", " + figure);
        }
        return value;
    }

    /** What was measured when, for a caption. */
    String origin() {
        return jdk + ", " + day + ", benchmarks/results/" + name;
    }
}
