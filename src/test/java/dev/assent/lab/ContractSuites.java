package dev.assent.lab;

import dev.assent.adapter.contract.CrashContract;
import dev.assent.adapter.contract.OnePhaseContract;
import dev.assent.adapter.contract.ResourceContract;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The test classes that carry the contract suite of the adapters. */
final class ContractSuites {
    private static final List<Class<?>> PARTS =
            List.of(ResourceContract.class, OnePhaseContract.class, CrashContract.class);

    private ContractSuites() {}

    /** Those among the compiled classes below {@code directory}. */
    static List<ContractMatrix.Suite> in(Path directory) throws IOException, ClassNotFoundException {
        List<ContractMatrix.Suite> suites = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(path -> path.toString().endsWith("Test.class"))
                    .sorted()
                    .toList()) {
                String relative = directory.relativize(file).toString();
                String name = relative.substring(0, relative.length() - ".class".length())
                        .replace(file.getFileSystem().getSeparator(), ".");
                suites.addAll(of(Class.forName(name, false, ContractSuites.class.getClassLoader())));
            }
        }
        return suites;
    }

    private static List<ContractMatrix.Suite> of(Class<?> type) {
        return PARTS.stream()
                .filter(part -> part.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers()))
                .map(part -> new ContractMatrix.Suite(part.getSimpleName(), adapter(type), type.getName(), cases(part)))
                .toList();
    }

    /** {@code Kafka} of {@code KafkaCrashTest}. */
    private static String adapter(Class<?> type) {
        return type.getSimpleName().replaceFirst("(OnePhase|Crash)?(Contract)?Test$", "");
    }

    private static List<String> cases(Class<?> part) {
        return Arrays.stream(part.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(java.lang.reflect.Method::getName)
                .sorted()
                .toList();
    }
}
