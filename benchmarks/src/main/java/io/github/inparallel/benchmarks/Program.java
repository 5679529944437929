package io.github.inparallel.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What every process of ours does that is started to measure, or to be measured against. */
final class Program {

    private Program() {}

    /** Ends this process when the one that started it is gone: nothing is left behind, whatever happens. */
    static void endWithParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // nothing is ever said there
                        }
                    } catch (IOException e) {
                        // as good as its end
                    }
                    Runtime.getRuntime().halt(1);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    /** How another program of this module is started, on this JVM. */
    static List<String> command(List<String> options, Class<?> program, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        for (Object argument : arguments) {
            command.add(String.valueOf(argument));
        }
        return command;
    }

    /** Starts it; it ends with this process. */
    static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
