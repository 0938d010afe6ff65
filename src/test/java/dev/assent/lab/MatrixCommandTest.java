package dev.assent.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.adapter.contract.ResourceContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The matrix says what the reports say, and nothing that is missing is passed over. */
class MatrixCommandTest {
    private static final String PROBE = ContractMatrix.ONE_PHASE_PROBE;
    private static final String NOT_FOR_IT =
            "<skipped type=\"x\"><![CDATA[x: Assumption failed: not for this resource: %s\n\tat y]]></skipped>";
    private static final List<ContractMatrix.Suite> SUITES = List.of(
            new ContractMatrix.Suite("ResourceContract", "One", "a.OneContractTest", List.of("keeps", "ends")),
            new ContractMatrix.Suite("CrashContract", "One", "a.OneCrashTest", List.of(PROBE)),
            new ContractMatrix.Suite("OnePhaseContract", "One", "a.OneOnePhaseTest", List.of("fences")),
            new ContractMatrix.Suite("ResourceContract", "Two", "a.TwoContractTest", List.of("keeps", "ends")),
            new ContractMatrix.Suite("CrashContract", "Two", "a.TwoCrashTest", List.of(PROBE)));

    @TempDir
    private Path reports;

    private void report(String testClass, String... cases) throws Exception {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite>\n");
        for (int i = 0; i < cases.length; i += 2) {
            xml.append("<testcase name=\"").append(cases[i]).append("\" classname=\"");
            xml.append(testClass).append("\">").append(cases[i + 1]).append("</testcase>\n");
        }
        Files.writeString(reports.resolve("TEST-" + testClass + ".xml"), xml + "</testsuite>\n");
    }

    private void reportGoodRun() throws Exception {
        report("a.OneContractTest", "keeps", "", "ends", String.format(NOT_FOR_IT, "it | ends"));
        report("a.OneCrashTest", PROBE, "");
        report("a.OneOnePhaseTest", "fences", "<system-out>error and failure</system-out>");
        report("a.TwoContractTest", "keeps", "", "ends", "");
        report("a.TwoCrashTest", PROBE, String.format(NOT_FOR_IT, "it commits in one phase"));
    }

    private ContractMatrix matrix() throws Exception {
        return new ContractMatrix(SUITES, TestReports.in(reports));
    }

    @Test
    void showsEachCaseOfEachAdapter() throws Exception {
        reportGoodRun();
        assertEquals(
                "| case | One | Two |\n|---|---|---|\n| CrashContract." + PROBE
                        + " | passed | not for this resource: it commits in one phase |\n"
                        + "| OnePhaseContract.fences | passed | not for this resource: it commits in one phase |\n"
                        + "| ResourceContract.ends | not for this resource: it \\| ends | passed |\n"
                        + "| ResourceContract.keeps | passed | passed |\n",
                matrix().table());
        assertEquals(List.of(), matrix().wrong());
    }

    @Test
    void whatFailedIsWrong() throws Exception {
        reportGoodRun();
        report("a.TwoContractTest", "keeps", "<failure message=\"m\">t</failure>", "ends", "<error>t</error>");
        assertEquals(
                List.of("Two, ResourceContract.ends: **FAILED**", "Two, ResourceContract.keeps: **FAILED**"),
                matrix().wrong());
    }

    @Test
    void whatIsNotReportedIsWrong() throws Exception {
        reportGoodRun();
        report("a.OneContractTest", "keeps", "<skipped message=\"for later\"/>");
        Files.delete(reports.resolve("TEST-a.TwoCrashTest.xml"));
        assertEquals(
                List.of(
                        "Two, CrashContract." + PROBE + ": **not run**",
                        "Two, OnePhaseContract.fences: **not run**",
                        "One, ResourceContract.ends: **not run**",
                        "One, ResourceContract.keeps: **not run**: for later"),
                matrix().wrong());
    }

    /** An adapter that could commit in one phase has to show that it does. */
    @Test
    void aMissingPartIsWrong() throws Exception {
        reportGoodRun();
        report("a.TwoCrashTest", PROBE, "");
        assertEquals(List.of("Two, OnePhaseContract.fences: **not run**"), matrix().wrong());
    }

    @Test
    void noReportsAreNoProof() {
        assertEquals(1, Lab.commandLine().execute("matrix", "--reports", reports.toString()));
    }

    @Test
    void findsEveryAdapter() throws Exception {
        Path testClasses = Path.of(ResourceContract.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Set<String> adapters = ContractSuites.in(testClasses).stream()
                .map(ContractMatrix.Suite::adapter)
                .collect(Collectors.toSet());
        assertTrue(
                adapters.containsAll(Set.of("Postgresql", "MariaDb", "XaDatabase", "Jms", "Kafka", "File")),
                adapters::toString);
    }
}
