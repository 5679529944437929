package io.github.inparallel.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/** Runs the measures that were asked for, on each JDK, prints one table and writes it to a file. See {@code run}. */
final class Run {

    private static final List<Measure> ALL = List.of(
            new M1Latency(),
            new M2Throughput(),
            new M3Transfer(),
            new M4Recovery(),
            new M5FreshProcess(),
            new M6SpeedUp(),
            new M7Start(),
            new M8Memory(),
            new M9RemoteLatency(),
            new M10RemoteThroughput(),
            new M11Members(),
            new MicroCosts());

    private Run() {}

    /** @param args folder of the module, then what the user gave */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path home = Path.of(args[0]);
        if (args.length == 3 && args[1].equals("--plots")) {
            Plots.draw(ResultsFile.read(Path.of(args[2])), home);
            return;
        }
        List<Path> javas = new ArrayList<>();
        List<String> wanted = new ArrayList<>();
        boolean quick = false;
        boolean peers = true;
        int rounds = Effort.ROUNDS;
        for (int i = 1; i < args.length; i++) {
            switch (args[i]) {
                case "--quick" -> quick = true;
                case "--no-peers" -> peers = false;
                case "--rounds" -> rounds = Integer.parseInt(args[++i]);
                case "--java" -> javas.add(Path.of(args[++i]));
                default -> wanted.add(args[i].toUpperCase(Locale.ROOT));
            }
        }
        List<Measure> measures = ALL.stream()
                .filter(measure -> wanted.isEmpty() || wanted.contains(measure.id()))
                .toList();
        if (measures.size() < wanted.size()) {
            throw new IllegalArgumentException(wanted + " (expected: some of "
                    + ALL.stream().map(Measure::id).toList() + ")");
        }
        if (javas.isEmpty()) {
            javas.add(Path.of(System.getProperty("java.home")));
        }
        Effort effort = quick ? Effort.quick(peers) : Effort.full(rounds, peers);
        Path work = Files.createTempDirectory("inparallel-benchmarks");
        List<Results> results = new ArrayList<>();
        try {
            for (Path java : javas) {
                Results ofJdk = new Results(version(java));
                results.add(ofJdk);
                Lab lab = new Lab(new Setting(java, effort, home, work), ofJdk);
                for (Measure measure : measures) {
                    lab.run(measure);
                    if (!quick) {
                        write(home, new Report(head(measures, effort), results).markdown()); // who stops it keeps this
                    }
                }
            }
            if (!quick) {
                ResultsFile written = ResultsFile.read(file(home));
                if (Plots.areIn(written)) {
                    Plots.draw(written, home);
                }
            }
        } finally {
            TemporaryFiles.delete(work);
        }
        System.out.println(new Report(head(measures, effort), results).markdown());
    }

    private static Path file(Path home) {
        return home.resolve("results")
                .resolve(LocalDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("yyyy-MM-dd"))
                        + ".md");
    }

    private static void write(Path home, String markdown) throws IOException {
        Path file = file(home);
        Files.createDirectories(file.getParent());
        Files.writeString(file, markdown);
        System.err.println("Written to " + file);
    }

    private static String head(List<Measure> measures, Effort effort) {
        List<String> lines = new ArrayList<>();
        lines.add("# Measured "
                + LocalDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm")));
        lines.add("");
        lines.add(Runtime.getRuntime().availableProcessors() + " processors, " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + ". Median of " + effort.rounds()
                + " rounds (smallest–largest), each in fresh processes.");
        lines.add("");
        measures.forEach(measure -> lines.add("- " + measure.id() + ": " + measure.title()));
        return String.join("\n", lines);
    }

    private static String version(Path java) throws IOException {
        Properties release = new Properties();
        try (var in = Files.newBufferedReader(java.resolve("release"), StandardCharsets.UTF_8)) {
            release.load(in);
        }
        return release.getProperty("JAVA_VERSION", "?").replace("\"", "");
    }
}
