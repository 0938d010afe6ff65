package dev.assent.cli.demo;

import dev.assent.processes.Child;
import dev.assent.processes.Cluster;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * ZooKeeper's own shell, kept open in a process of its own: a question is answered in milliseconds. Not thread-safe.
 */
public final class ZkPrompt {
    private static final String PROMPT = "(CONNECTED) ";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Child shell;
    private int asked;

    /** Starts the shell; it ends with the cluster. */
    public ZkPrompt(Cluster cluster) throws IOException, InterruptedException {
        this.shell = cluster.startShell();
    }

    /** What the shell prints for {@code command}. */
    public String ask(String command) throws IOException, InterruptedException {
        shell.awaitLine(prompt(asked), LIMIT);
        shell.tell(command);
        String before = prompt(asked);
        asked++;
        shell.awaitLine(prompt(asked), LIMIT);
        String printed = shell.printed();
        String answer = printed.substring(printed.indexOf(before) + before.length(), printed.indexOf(prompt(asked)));
        List<String> lines = answer.lines().toList();
        // The last line is the beginning of the next prompt.
        return String.join(System.lineSeparator(), lines.subList(0, Math.max(0, lines.size() - 1)))
                .strip();
    }

    private static String prompt(int number) {
        return PROMPT + number + "] ";
    }
}
