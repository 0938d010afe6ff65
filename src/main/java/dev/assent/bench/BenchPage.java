package dev.assent.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** The result of a run as one HTML file with plots, which needs nothing else. Stateless. */
public final class BenchPage {
    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>assent bench</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
            :root { color-scheme: light dark; --back: #ffffff; --ink: #1d1d1f; --faint: #d6d6da; --soft: #5f6066;
              --c0: #0b5fff; --c1: #c2410c; --c2: #15803d; --c3: #7e22ce; --c4: #a16207; --c5: #be123c; --c6: #0e7490; }
            @media (prefers-color-scheme: dark) { :root { --back: #16171a; --ink: #ececf0; --faint: #3a3b41;
              --soft: #a5a6ad; --c0: #7aa7ff; --c1: #fb923c; --c2: #4ade80; --c3: #d8b4fe; --c4: #facc15; --c5: #fb7185;
              --c6: #67e8f9; } }
            body { background: var(--back); color: var(--ink); font: 14px/1.45 system-ui, sans-serif; margin: 2em auto;
              max-width: 1180px; padding: 0 1em; }
            .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(430px, 1fr)); gap: 1em; }
            svg { width: 100%; height: auto; } text { fill: var(--ink); font-size: 11px; }
            .title { font-size: 13px; font-weight: 600; } .tick { fill: var(--soft); } .end { text-anchor: end; }
            .middle { text-anchor: middle; } .grid { stroke: var(--faint); } polyline { fill: none; stroke-width: 1.8; }
            table { border-collapse: collapse; } td, th { padding: 2px 9px; text-align: right; }
            td:first-child, th:first-child { text-align: left; } th { color: var(--soft); font-weight: 600; }
            tr + tr td { border-top: 1px solid var(--faint); } .wide { overflow-x: auto; }
            """;

    private static final int COLOURS = 7;

    private BenchPage() {}

    /** The whole page. */
    public static String of(BenchResult result) {
        StringBuilder page = new StringBuilder(HEAD);
        for (int i = 0; i < COLOURS; i++) {
            page.append(String.format(
                    Locale.ROOT,
                    "line.s%1$d, polyline.s%1$d { stroke: var(--c%1$d); } circle.s%1$d, rect.s%1$d, text.s%1$d"
                            + " { fill: var(--c%1$d); }%n",
                    i));
        }
        page.append(
                "</style></head><body><h1>assent bench</h1>\n<p>Everything that was measured shared one machine: the"
                        + " ratios mean more than the figures. A vertical line spans the rounds, or the percentiles.</p>\n");
        result.rowsByParticipants().forEach((participants, rows) -> group(page, participants, rows));
        table(page, result);
        return page.append("</body></html>\n").toString();
    }

    private static void group(StringBuilder page, int participants, List<Row> rows) {
        page.append("<h2>").append(participants).append(" participants</h2>\n<div class=\"plots\">\n");
        page.append(byInFlight("Committed transactions a second, by transactions in flight", "1/s", rows, row ->
                        new double[] {row.committedPerSecond(), row.slowestPerSecond(), row.fastestPerSecond()})
                .svg());
        page.append(byInFlight("Latency by transactions in flight: p50, up to p99", "µs", rows, row ->
                        new double[] {row.p50Micros(), row.p50Micros(), row.p99Micros()})
                .svg());
        page.append(percentiles(rows).svg());
        page.append(new RoleBars(rows).svg());
        page.append("</div>\n");
    }

    /** @param values of a row: value, low, high */
    private static Plot byInFlight(String title, String unit, List<Row> rows, Function<Row, double[]> values) {
        List<Integer> levels = new ArrayList<>(
                new TreeSet<>(rows.stream().map(row -> row.setting().inFlight()).toList()));
        List<Plot.Line> lines = new ArrayList<>();
        for (String system : systems(rows)) {
            List<Plot.Point> points = new ArrayList<>();
            for (Row row : rows) {
                if (row.system().equals(system)) {
                    double[] value = values.apply(row);
                    int place = levels.indexOf(row.setting().inFlight());
                    points.add(new Plot.Point(place, value[0], value[1], value[2]));
                }
            }
            lines.add(new Plot.Line(system, lines.size() % COLOURS, points));
        }
        return new Plot(title, unit, levels.stream().map(String::valueOf).toList(), lines);
    }

    private static Plot percentiles(List<Row> rows) {
        int most = rows.stream().mapToInt(row -> row.setting().inFlight()).max().orElse(0);
        List<Plot.Line> lines = new ArrayList<>();
        for (String system : systems(rows)) {
            List<Plot.Point> points = new ArrayList<>();
            rows.stream()
                    .filter(row -> row.system().equals(system) && row.setting().inFlight() == most)
                    .forEach(row -> {
                        for (long each : List.of(row.p50Micros(), row.p90Micros(), row.p99Micros(), row.maxMicros())) {
                            points.add(new Plot.Point(points.size(), each, each, each));
                        }
                    });
            lines.add(new Plot.Line(system, lines.size() % COLOURS, points));
        }
        return new Plot(
                "Latency percentiles, " + most + " in flight", "µs", List.of("p50", "p90", "p99", "max"), lines);
    }

    private static List<String> systems(List<Row> rows) {
        return rows.stream().map(Row::system).distinct().toList();
    }

    private static void table(StringBuilder page, BenchResult result) {
        page.append("<h2>All rows</h2>\n<div class=\"wide\"><table><tr><th>system</th><th>participants</th><th>in"
                + " flight</th><th>committed/s</th><th>range</th><th>p50 µs</th><th>p90 µs</th><th>p99 µs</th><th>max"
                + " µs</th><th>aborted</th><th>unknown</th><th>CPU µs</th><th>resident MB</th><th>each process: CPU"
                + " µs, MB</th></tr>\n");
        result.rows().forEach(row -> page.append(row(row)));
        page.append("</table></div>\n");
        new TreeMap<>(result.skipped())
                .forEach((system, why) -> page.append("<p>")
                        .append(Html.text(system))
                        .append(" skipped: ")
                        .append(Html.text(why))
                        .append("</p>\n"));
        new TreeMap<>(result.remarks())
                .forEach((system, remark) -> page.append("<p>")
                        .append(Html.text(system))
                        .append(": ")
                        .append(Html.text(remark))
                        .append("</p>\n"));
        result.rawWriteMicros()
                .ifPresent(raw -> page.append("<p>One raw quorum write (setData by one client), p50: ")
                        .append(raw)
                        .append(" µs.</p>\n"));
    }

    private static String row(Row row) {
        StringBuilder processes = new StringBuilder();
        row.processes()
                .forEach((name, each) -> processes.append(String.format(
                        Locale.ROOT,
                        "%s%s %.0f, %d",
                        processes.length() == 0 ? "" : "; ",
                        Html.text(name),
                        each.cpuMicros(),
                        each.residentBytes() >> 20)));
        return String.format(
                Locale.ROOT,
                "<tr><td>%s</td><td>%d</td><td>%d</td><td>%.0f</td><td>%.0f to %.0f</td><td>%d</td><td>%d</td>"
                        + "<td>%d</td><td>%d</td><td>%d</td><td>%d</td><td>%.0f</td><td>%d</td><td>%s</td></tr>%n",
                Html.text(row.system()),
                row.setting().participants(),
                row.setting().inFlight(),
                row.committedPerSecond(),
                row.slowestPerSecond(),
                row.fastestPerSecond(),
                row.p50Micros(),
                row.p90Micros(),
                row.p99Micros(),
                row.maxMicros(),
                row.aborted(),
                row.unknown(),
                row.cpuMicros(),
                row.residentBytes() >> 20,
                processes);
    }
}
