package dev.assent.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** What each role asks of ZooKeeper for one transaction, as stacked bars: a bar for each row. Immutable. */
record RoleBars(List<Row> rows) {
    private static final int WIDTH = 560;
    private static final int LEFT = 150;
    private static final int RIGHT = 60;
    private static final int TOP = 54;
    private static final int BAR = 22;

    String svg() {
        List<Row> asking =
                rows.stream().filter(row -> !row.requests().isEmpty()).toList();
        TreeSet<String> names = new TreeSet<>();
        asking.forEach(row -> names.addAll(row.requests().keySet()));
        names.remove(Row.TOTAL);
        List<String> roles = new ArrayList<>(names);
        double most = asking.stream()
                .mapToDouble(row -> row.requests().get(Row.TOTAL).subOperations())
                .max()
                .orElse(1);
        int height = TOP + asking.size() * BAR + 10;
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Sub-operations by role\">"
                        + "<text class=\"title\" x=\"8\" y=\"18\">ZooKeeper sub-operations for one transaction, by role"
                        + "</text>",
                WIDTH,
                height);
        for (int i = 0; i < roles.size(); i++) {
            add(
                    svg,
                    "<text class=\"name s%d\" x=\"%d\" y=\"40\">%s</text>",
                    i,
                    LEFT + i * 110,
                    Html.text(roles.get(i)));
        }
        for (int i = 0; i < asking.size(); i++) {
            bar(svg, asking.get(i), roles, TOP + i * BAR, most);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void bar(StringBuilder svg, Row row, List<String> roles, int y, double most) {
        Map<String, Row.PerTransaction> requests = row.requests();
        add(
                svg,
                "<text class=\"tick end\" x=\"%d\" y=\"%d\">%s, %d in flight</text>",
                LEFT - 8,
                y + 14,
                Html.text(row.system()),
                row.setting().inFlight());
        double x = LEFT;
        for (int i = 0; i < roles.size(); i++) {
            Row.PerTransaction each = requests.get(roles.get(i));
            if (each != null) {
                double width = each.subOperations() / most * (WIDTH - LEFT - RIGHT);
                add(
                        svg,
                        "<rect class=\"s%d\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>%s: %.2f</title>"
                                + "</rect>",
                        i,
                        x,
                        y,
                        width,
                        BAR - 6,
                        Html.text(roles.get(i)),
                        each.subOperations());
                x += width;
            }
        }
        add(
                svg,
                "<text class=\"tick\" x=\"%.1f\" y=\"%d\">%.1f</text>",
                x + 6,
                y + 14,
                requests.get(Row.TOTAL).subOperations());
    }

    private static void add(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
