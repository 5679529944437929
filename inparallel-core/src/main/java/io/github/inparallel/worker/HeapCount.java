package io.github.inparallel.worker;

import io.github.inparallel.protocol.HeapHistogram;
import io.github.inparallel.protocol.WireLimit;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.ObjectName;

/**
 * Counts the objects of this process by their class, those that are still referred to. The JVM stops all threads meanwhile,
 * for about a second for each gigabyte of heap.
 */
final class HeapCount {

    private static final Pattern ROW = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");
    private static final Pattern TOTAL = Pattern.compile("Total\\s+(\\d+)\\s+(\\d+)\\s*");

    private HeapCount() {}

    /** Never fails: whoever asked waits for an answer. */
    static HeapHistogram now() {
        try {
            Object text = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            return parse(String.valueOf(text));
        } catch (Exception | Error e) { // such as a Java installation without management
            return HeapHistogram.failed("The objects cannot be counted: " + e);
        }
    }

    /** Reads what the JVM prints: a row for each class, those with most bytes first, and a total. */
    static HeapHistogram parse(String text) {
        List<HeapHistogram.Row> classes = new ArrayList<>();
        long instances = 0;
        long bytes = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            Matcher row = ROW.matcher(line);
            if (classes.size() < WireLimit.HEAP_CLASSES.most() && row.matches()) {
                classes.add(new HeapHistogram.Row(
                        Long.parseLong(row.group(1)), Long.parseLong(row.group(2)), className(row.group(3))));
            } else if (line.startsWith("Total")) {
                Matcher total = TOTAL.matcher(line);
                if (total.matches()) {
                    instances = Long.parseLong(total.group(1));
                    bytes = Long.parseLong(total.group(2));
                }
            }
        }
        return classes.isEmpty()
                ? HeapHistogram.failed("The objects cannot be counted: the JVM says " + text)
                : new HeapHistogram("", instances, bytes, classes);
    }

    /** Returns the name as in source text: {@code byte[]} for {@code [B}. */
    private static String className(String name) {
        int dimensions = 0;
        while (dimensions < name.length() && name.charAt(dimensions) == '[') {
            dimensions++;
        }
        if (dimensions == 0 || dimensions == name.length()) {
            return name;
        }
        String element = name.substring(dimensions);
        String type = switch (element.charAt(0)) {
            case 'B' -> "byte";
            case 'C' -> "char";
            case 'D' -> "double";
            case 'F' -> "float";
            case 'I' -> "int";
            case 'J' -> "long";
            case 'S' -> "short";
            case 'Z' -> "boolean";
            default ->
                element.startsWith("L") && element.endsWith(";") ? element.substring(1, element.length() - 1) : element;
        };
        return type + "[]".repeat(dimensions);
    }
}
