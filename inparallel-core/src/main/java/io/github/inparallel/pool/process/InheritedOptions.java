package io.github.inparallel.pool.process;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Decides which of this JVM's own options a worker gets too: what makes the same code run, and nothing that would clash. */
final class InheritedOptions {

    private static final List<String> KEPT = List.of(
            "-D",
            "--add-opens",
            "--add-exports",
            "--add-modules",
            "--add-reads",
            "--enable-",
            "--illegal-access",
            "--patch-module",
            "--sun-misc-unsafe-memory-access",
            "-ea",
            "-enableassertions",
            "-da",
            "-Dfile.encoding");

    private static final List<String> DROPPED_PROPERTIES = List.of(
            "-Dcom.sun.management.",
            "-Djava.rmi.",
            "-Dspring.devtools.",
            "-Djava.awt.printerjob",
            "-Dinparallel.worker.name",
            "-Dspring.application.admin.",
            "-Djdk.internal.");

    /** Options of the environment that must not be doubled in a worker. */
    private static final List<String> CLASHING = List.of(
            "-agentlib:jdwp",
            "-Xrunjdwp",
            "-Xdebug",
            "-Dcom.sun.management.",
            "-Xmx",
            "-Xms",
            "-Xmn",
            "-XX:MaxRAM",
            "-XX:InitialRAM",
            "-XX:MinRAM",
            "-XX:MaxHeapSize",
            "-XX:InitialHeapSize",
            "-XX:+Use",
            "-XX:StartFlightRecording",
            "-XX:FlightRecorderOptions",
            "-Dspring.devtools.",
            "-XX:ErrorFile",
            "-XX:SharedArchiveFile",
            "-XX:ArchiveClassesAtExit",
            "-XX:AOT",
            "-Xlog:gc");

    /** Variables of the environment in which a JVM looks for options. */
    static final List<String> VARIABLES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private InheritedOptions() {}

    /** Returns those of this JVM's options that a worker gets. */
    static List<String> ofThisJvm() {
        return of(ManagementFactory.getRuntimeMXBean().getInputArguments());
    }

    /** Returns those of some options that a worker gets. */
    static List<String> of(List<String> given) {
        return given.stream()
                .filter(option -> KEPT.stream().anyMatch(option::startsWith))
                .filter(option -> DROPPED_PROPERTIES.stream().noneMatch(option::startsWith))
                .collect(Collectors.toList());
    }

    /** Returns the value of a variable such as {@code JAVA_TOOL_OPTIONS} without what would clash. */
    static String filtered(String options) {
        return Arrays.stream(options.trim().split("\\s+"))
                .filter(option -> CLASHING.stream().noneMatch(option::startsWith))
                .collect(Collectors.joining(" "));
    }
}
