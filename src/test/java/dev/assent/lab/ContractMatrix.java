package dev.assent.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** How each adapter did in each case of the contract suite, by the reports of a test run. Immutable. */
final class ContractMatrix {
    /**
     * A test class that carries a part of the suite.
     *
     * @param part the part's name, as {@code CrashContract}
     * @param cases the names of its cases
     */
    record Suite(String part, String adapter, String testClass, List<String> cases) {}

    /** The part that only resources have to pass that commit in one phase, and the case elsewhere that tells which do. */
    static final String ONE_PHASE_PART = "OnePhaseContract";

    static final String ONE_PHASE_PROBE = "aProcessThatDiesWhileCommittingInOnePhaseIsResolved";

    private static final TestReports.Result NOT_RUN = new TestReports.Result(TestReports.How.NOT_RUN, "");

    private final List<Suite> suites;
    private final Map<String, Map<String, TestReports.Result>> reports;
    private final List<String> adapters;

    /** @param reports by test class and case */
    ContractMatrix(List<Suite> suites, Map<String, Map<String, TestReports.Result>> reports) {
        this.suites = List.copyOf(suites);
        this.reports = Map.copyOf(reports);
        this.adapters = List.copyOf(suites.stream().map(Suite::adapter).collect(Collectors.toCollection(TreeSet::new)));
    }

    /** The matrix of the classes in {@code testClasses}, by the reports in a directory. */
    static ContractMatrix of(Path testClasses, Path reportDirectory) throws Exception {
        return new ContractMatrix(ContractSuites.in(testClasses), TestReports.in(reportDirectory));
    }

    private TestReports.Result result(String part, String adapter, String name) {
        for (Suite suite : suites) {
            if (suite.part().equals(part) && suite.adapter().equals(adapter)) {
                return reports.getOrDefault(suite.testClass(), Map.of()).getOrDefault(name, NOT_RUN);
            }
        }
        return part.equals(ONE_PHASE_PART) ? withoutOnePhase(adapter) : NOT_RUN;
    }

    /** An adapter without that part is fine only where the resource itself was seen not to commit in one phase. */
    private TestReports.Result withoutOnePhase(String adapter) {
        return suites.stream()
                .filter(suite ->
                        suite.adapter().equals(adapter) && suite.cases().contains(ONE_PHASE_PROBE))
                .map(suite -> reports.getOrDefault(suite.testClass(), Map.of()).getOrDefault(ONE_PHASE_PROBE, NOT_RUN))
                .filter(probe -> probe.how() == TestReports.How.NOT_FOR_IT)
                .findFirst()
                .orElse(NOT_RUN);
    }

    /** What a run that proves something has none of. */
    List<String> wrong() {
        List<String> wrong = new ArrayList<>();
        if (suites.isEmpty()) {
            wrong.add("no test class carries the contract suite");
        }
        parts().forEach((part, cases) -> {
            for (String name : cases) {
                for (String adapter : adapters) {
                    TestReports.Result result = result(part, adapter, name);
                    if (result.how().wrong()) {
                        wrong.add(adapter + ", " + part + "." + name + ": " + result);
                    }
                }
            }
        });
        return wrong;
    }

    private Map<String, Set<String>> parts() {
        return suites.stream()
                .collect(Collectors.groupingBy(
                        Suite::part,
                        TreeMap::new,
                        Collectors.flatMapping(
                                suite -> suite.cases().stream(),
                                Collectors.<String, Set<String>>toCollection(TreeSet::new))));
    }

    /** A Markdown table: a line for each case, a column for each adapter. */
    String table() {
        StringBuilder table = new StringBuilder();
        table.append("| case | ").append(String.join(" | ", adapters)).append(" |\n");
        table.append("|---|").append("---|".repeat(adapters.size())).append('\n');
        parts().forEach((part, cases) -> {
            for (String name : cases) {
                table.append("| ").append(part).append('.').append(name).append(" |");
                for (String adapter : adapters) {
                    table.append(' ').append(result(part, adapter, name)).append(" |");
                }
                table.append('\n');
            }
        });
        return table.toString();
    }
}
