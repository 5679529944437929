package io.github.inparallel.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One process that measures one contender and prints {@link Measurement}s.
 *
 * @param contender whose figures they are
 * @param command how it is started
 * @param prefix put before the names of its figures: "one core, " or nothing
 */
record Trial(String contender, List<String> command, String prefix) {

    /** A program of this module, on the JDK under test. */
    static Trial java(Setting setting, String contender, Class<?> program, Object... arguments) {
        return java(setting, List.of(), contender, program, arguments);
    }

    /** The same, with the heap of a member of a cluster. */
    static Trial member(Setting setting, String contender, Class<?> program, Object... arguments) {
        return java(setting, Members.JVM_OPTIONS, contender, program, arguments);
    }

    private static Trial java(
            Setting setting, List<String> options, String contender, Class<?> program, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(setting.java()));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        if (Stream.of(arguments).anyMatch("hazelcast"::equals)) {
            command.addAll(HazelcastContender.JVM_OPTIONS);
        }
        command.add(program.getName());
        Stream.of(arguments).map(String::valueOf).forEach(command::add);
        return new Trial(contender, command, "");
    }

    /** A script of this module; it says a word where there is no Python. */
    static Trial python(Setting setting, String contender, String script, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "python3", setting.home().resolve("python").resolve(script).toString()));
        Stream.of(arguments).map(String::valueOf).forEach(command::add);
        return new Trial(contender, command, "");
    }

    /** The process, and all that it starts, on one processor. */
    Trial onOneCore() {
        return new Trial(contender, Cores.first().pin(command), "one core, ");
    }

    /** The process on the first processor; it puts what it starts where it wants. */
    Trial onFirstCore() {
        return new Trial(contender, Cores.first().pin(command), prefix);
    }
}
