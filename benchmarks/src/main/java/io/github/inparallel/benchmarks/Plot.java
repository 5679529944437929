package io.github.inparallel.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Bars beside each other in one picture, as SVG that is dark where its reader's browser is. Written by hand: libraries for charts
 * draw shapes of letters, and one picture for each scheme.
 */
final class Plot {

    /** Whose bar it is: ours, somebody else's, or a limit that nobody can pass. */
    enum Kind {
        OURS,
        PEER,
        LIMIT
    }

    /**
     * A row of a panel.
     *
     * @param value end of the bar
     * @param worst where a thin line goes on to; the value itself where there is none
     * @param text what stands at its end
     */
    record Bar(String label, Kind kind, double value, double worst, String text) {}

    /**
     * A quarter of the picture.
     *
     * @param logarithmic whether equal distances are equal factors: then a bar is a dot, since its length would say nothing
     * @param from value at the left end, for a logarithmic one
     */
    record Panel(String title, String explanation, boolean logarithmic, double from, List<Bar> bars) {}

    private static final int WIDTH = 960;
    private static final int PANEL = WIDTH / 2;
    private static final int MARGIN = 20;
    private static final int LABELS = 170;
    private static final int VALUES = 96;
    private static final int HEAD = 62;
    private static final int ROW = 26;
    private static final int FOOT = 34;
    private static final String STYLE = """
            text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #1f2430 }
            .title { font-weight: 600; font-size: 15px }
            .dim { fill: #5b6475; font-size: 12px }
            .ground { fill: #ffffff }
            .track { fill: #eef0f4 }
            .ours { fill: #2563c9; stroke: #2563c9 }
            .peer { fill: #8d97a8; stroke: #8d97a8 }
            .limit { fill: #c9ced8; stroke: #c9ced8 }
            .own { font-weight: 600 }
            @media (prefers-color-scheme: dark) {
              text { fill: #e6e9ef }
              .dim { fill: #9aa4b5 }
              .ground { fill: #14171d }
              .track { fill: #22262f }
              .ours { fill: #6ea3ff; stroke: #6ea3ff }
              .peer { fill: #7b8698; stroke: #7b8698 }
              .limit { fill: #4a5261; stroke: #4a5261 }
            }
            """;

    private final String origin;
    private final String description;

    /**
     * @param origin stands below it
     * @param description for those who do not see it
     */
    Plot(String origin, String description) {
        this.origin = origin;
        this.description = description;
    }

    /** Two panels in a row. */
    String svg(List<Panel> panels) {
        List<String> lines = new ArrayList<>();
        int top = 0;
        for (int i = 0; i < panels.size(); i += 2) {
            List<Panel> pair = panels.subList(i, Math.min(i + 2, panels.size()));
            int rows =
                    pair.stream().mapToInt(panel -> panel.bars().size()).max().orElse(0);
            for (int side = 0; side < pair.size(); side++) {
                lines.add("<g transform=\"translate(" + side * PANEL + " " + top + ")\">");
                lines.addAll(panel(pair.get(side)));
                lines.add("</g>");
            }
            top += HEAD + rows * ROW + MARGIN;
        }
        int height = top + FOOT;
        List<String> all = new ArrayList<>();
        all.add("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + WIDTH + "\" height=\"" + height
                + "\" viewBox=\"0 0 " + WIDTH + " " + height
                + "\" role=\"img\" aria-labelledby=\"title description\">");
        all.add("<title id=\"title\">How inparallel compares</title>");
        all.add("<desc id=\"description\">" + escaped(description) + "</desc>");
        all.add("<style>\n" + STYLE + "</style>");
        all.add("<rect class=\"ground\" width=\"100%\" height=\"100%\"/>");
        all.addAll(lines);
        all.add(text(MARGIN, height - 14, "dim", origin));
        all.add("</svg>");
        return String.join("\n", all) + "\n";
    }

    private static List<String> panel(Panel panel) {
        double most = panel.bars().stream().mapToDouble(Bar::worst).max().orElse(1);
        int width = PANEL - 2 * MARGIN - LABELS - VALUES;
        List<String> lines = new ArrayList<>();
        lines.add(text(MARGIN, 30, "title", panel.title()));
        lines.add(text(MARGIN, 48, "dim", panel.explanation()));
        int y = HEAD;
        for (Bar bar : panel.bars()) {
            boolean ours = bar.kind() == Kind.OURS;
            double left = MARGIN + LABELS;
            double end = left + width * share(panel, bar.value(), most);
            double worst = left + width * share(panel, bar.worst(), most);
            lines.add(text(MARGIN, y + 17, ours ? "own" : "", bar.label()));
            lines.add(rectangle("track", left, y + 11, width, 2));
            String kind = bar.kind().name().toLowerCase(Locale.ROOT);
            if (panel.logarithmic()) {
                lines.add(rectangle(kind, end, y + 11, Math.max(worst - end, 0), 2));
                lines.add(String.format(
                        Locale.ROOT, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%d\" r=\"6\"/>", kind, end, y + 12));
            } else {
                lines.add(rectangle(kind, left, y + 4, Math.max(end - left, 1), 16));
            }
            lines.add(text(MARGIN + LABELS + width + 12, y + 17, ours ? "own" : "", bar.text()));
            y += ROW;
        }
        return lines;
    }

    private static double share(Panel panel, double value, double most) {
        return panel.logarithmic() ? Math.log(value / panel.from()) / Math.log(most / panel.from()) : value / most;
    }

    private static String rectangle(String kind, double x, double y, double width, double height) {
        return String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" stroke-width=\"0\"/>",
                kind,
                x,
                y,
                width,
                height);
    }

    private static String text(double x, double y, String kind, String text) {
        String style = kind.isEmpty() ? "" : " class=\"" + kind + "\"";
        return String.format(Locale.ROOT, "<text%s x=\"%.0f\" y=\"%.0f\">%s</text>", style, x, y, escaped(text));
    }

    private static String escaped(String text) {
        return text.chars()
                .mapToObj(character -> switch (character) {
                    case '<' -> "&lt;";
                    case '>' -> "&gt;";
                    case '&' -> "&amp;";
                    default -> Character.toString(character);
                })
                .collect(Collectors.joining());
    }
}
