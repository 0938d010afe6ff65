package dev.assent.lab;

import dev.assent.adapter.contract.ResourceContract;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints how each adapter did in each case of the contract suite. */
@Command(
        name = "matrix",
        description = "Prints adapter by case, as the last test run reported it. Exit code 0: nothing failed and every"
                + " case ran for every adapter, or is not for its resource.",
        mixinStandardHelpOptions = true)
public final class MatrixCommand implements Callable<Integer> {
    @Option(
            names = "--reports",
            paramLabel = "DIRECTORY",
            defaultValue = "target/surefire-reports",
            description = "Where the reports of the run are; default: ${DEFAULT-VALUE}.")
    private Path reports;

    @Override
    public Integer call() throws Exception {
        Path testClasses = Path.of(ResourceContract.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        ContractMatrix matrix = ContractMatrix.of(testClasses, reports);
        System.out.print(matrix.table());
        List<String> wrong = matrix.wrong();
        wrong.forEach(System.err::println);
        return wrong.isEmpty() ? 0 : 1;
    }
}
