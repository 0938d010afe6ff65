package dev.assent.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Lines over a few named places, as SVG that takes its colours from the page ({@link BenchPage}). The vertical axis is
 * logarithmic: the systems lie a hundredfold apart. Immutable.
 *
 * @param title what is shown
 * @param unit of the values
 * @param places the horizontal axis, in order
 * @param lines one for each system
 */
record Plot(String title, String unit, List<String> places, List<Line> lines) {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 320;
    private static final int LEFT = 70;
    private static final int RIGHT = 150;
    private static final int TOP = 34;
    private static final int BOTTOM = 36;
    private static final int LABEL_HEIGHT = 14;

    /**
     * One system's values. Immutable.
     *
     * @param style which of the page's colours it has
     */
    record Line(String name, int style, List<Point> points) {}

    /**
     * A value with its range. Immutable.
     *
     * @param place index in {@link Plot#places}
     */
    record Point(int place, double value, double low, double high) {}

    String svg() {
        double lowest = all().mapToDouble(Point::low).filter(v -> v > 0).min().orElse(1);
        double highest = all().mapToDouble(Point::high).max().orElse(10);
        int from = (int) Math.floor(Math.log10(Math.max(lowest, 1e-3)));
        int to = Math.max(from + 1, (int) Math.ceil(Math.log10(Math.max(highest, 1e-3))));
        StringBuilder svg = new StringBuilder();
        add(svg, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", WIDTH, HEIGHT, Html.text(title));
        add(svg, "<text class=\"title\" x=\"%d\" y=\"18\">%s (%s)</text>", LEFT, Html.text(title), Html.text(unit));
        for (int power = from; power <= to; power++) {
            double y = y(Math.pow(10, power), from, to);
            add(svg, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH - RIGHT, y, y);
            add(svg, "<text class=\"tick end\" x=\"%d\" y=\"%.1f\">%s</text>", LEFT - 6, y + 4, label(power));
        }
        for (int i = 0; i < places.size(); i++) {
            add(
                    svg,
                    "<text class=\"tick middle\" x=\"%.1f\" y=\"%d\">%s</text>",
                    x(i),
                    HEIGHT - BOTTOM + 18,
                    Html.text(places.get(i)));
        }
        lines.forEach(line -> draw(svg, line, from, to));
        legend(svg, from, to);
        return svg.append("</svg>\n").toString();
    }

    private Stream<Point> all() {
        return lines.stream().flatMap(line -> line.points().stream());
    }

    private static String label(int power) {
        return power < 0
                ? Double.toString(Math.pow(10, power))
                : String.format(Locale.ROOT, "%,d", (long) Math.pow(10, power));
    }

    private void draw(StringBuilder svg, Line line, int from, int to) {
        StringBuilder path = new StringBuilder();
        for (Point point : line.points()) {
            double x = x(point.place());
            double y = y(point.value(), from, to);
            path.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
            add(
                    svg,
                    "<line class=\"s%d\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                    line.style(),
                    x,
                    x,
                    y(point.low(), from, to),
                    y(point.high(), from, to));
            add(
                    svg,
                    "<circle class=\"s%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"><title>%s, %s: %,.0f (%,.0f to %,.0f)"
                            + "</title></circle>",
                    line.style(),
                    x,
                    y,
                    Html.text(line.name()),
                    Html.text(places.get(point.place())),
                    point.value(),
                    point.low(),
                    point.high());
        }
        add(
                svg,
                "<polyline class=\"s%d\" points=\"%s\"/>",
                line.style(),
                path.toString().strip());
    }

    /** Names beside the ends of the lines, moved apart where they would meet. */
    private void legend(StringBuilder svg, int from, int to) {
        List<Line> byHeight = new ArrayList<>(lines);
        byHeight.removeIf(line -> line.points().isEmpty());
        byHeight.sort(Comparator.comparingDouble(line -> y(last(line), from, to)));
        double next = 0;
        for (Line line : byHeight) {
            double y = Math.max(next, y(last(line), from, to) + 4);
            next = y + LABEL_HEIGHT;
            add(
                    svg,
                    "<text class=\"name s%d\" x=\"%d\" y=\"%.1f\">%s</text>",
                    line.style(),
                    WIDTH - RIGHT + 10,
                    y,
                    Html.text(line.name()));
        }
    }

    private static double last(Line line) {
        return line.points().get(line.points().size() - 1).value();
    }

    private double x(int place) {
        int room = WIDTH - LEFT - RIGHT;
        return LEFT + room * (place + 0.5) / places.size();
    }

    private static double y(double value, int from, int to) {
        double share = (Math.log10(Math.max(value, Math.pow(10, from))) - from) / (to - from);
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
    }

    private static void add(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
