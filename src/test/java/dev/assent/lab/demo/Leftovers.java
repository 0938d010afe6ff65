package dev.assent.lab.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * What one resource holds prepared, asked without the adapter. Thread-safe.
 *
 * @param question how people would ask
 * @param answer the branches, by the resource's names for them
 */
record Leftovers(String question, Callable<List<String>> answer) {
    /** What lies in a directory of the file adapter. */
    static Leftovers inDirectory(Path directory) {
        Path own = directory.resolve(".assent");
        return new Leftovers("ls " + own.resolve("prepared") + " " + own.resolve("staged"), () -> {
            List<String> found = new ArrayList<>();
            for (String kind : List.of("prepared", "staged")) {
                try (Stream<Path> files = Files.list(own.resolve(kind))) {
                    files.map(file -> kind + "/" + file.getFileName()).sorted().forEach(found::add);
                }
            }
            return found;
        });
    }

    /** The answer for people, also where there is none. */
    List<String> orProblem() {
        try {
            return answer.call();
        } catch (Exception e) {
            return List.of("(" + e.getMessage() + ")");
        }
    }

    /** One line for each branch that is left in one of them. */
    static List<String> all(List<Leftovers> resources) throws Exception {
        List<String> found = new ArrayList<>();
        for (Leftovers each : resources) {
            each.answer().call().forEach(branch -> found.add(each.question() + ": " + branch + " is left"));
        }
        return found;
    }
}
