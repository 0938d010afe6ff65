package dev.assent.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.Await;
import dev.assent.zookeeper.server.EmbeddedZooKeeper;
import dev.assent.zookeeper.server.ServerConfiguration;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooKeeperMain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs as a process of its own. */
class ChildProcessTest {
    @TempDir
    private Path directory;

    private record Result(int code, List<String> out) {}

    @Test
    void shellIsZooKeepersOwn() throws Exception {
        try (EmbeddedZooKeeper server =
                EmbeddedZooKeeper.start(ServerConfiguration.standalone(directory.resolve("data"), 0))) {
            String address = server.connectString();
            Result theirs = run(ZooKeeperMain.class, "-server", address, "ls", "/");
            assertTrue(theirs.out().contains("[zookeeper]"), theirs::toString);
            assertEquals(0, theirs.code());
            assertEquals(theirs, run(ShellMain.class, address, "ls", "/"));
            Result missing = run(ZooKeeperMain.class, "-server", address, "get", "/none");
            assertEquals(1, missing.code());
            assertEquals(missing, run(ShellMain.class, address, "get", "/none"));
        }
    }

    @Test
    void childEndsWithItsParent() throws Exception {
        Process parent = start(ParentMain.class, ProcessBuilder.Redirect.PIPE, directory.toString());
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            ProcessHandle child =
                    ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
            assertTrue(child.isAlive());
            parent.destroyForcibly().waitFor();
            Await.until("the child ended", () -> !child.isAlive());
        } finally {
            parent.destroyForcibly();
        }
    }

    /** The lines of standard output in an order of their own: the shell prints its connection's news from another thread. */
    private Result run(Class<?> main, String... arguments) throws Exception {
        Path out = directory.resolve("out");
        Process process = start(main, ProcessBuilder.Redirect.to(out.toFile()), arguments);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "did not end");
        return new Result(
                process.exitValue(), Files.readAllLines(out).stream().sorted().toList());
    }

    private Process start(Class<?> main, ProcessBuilder.Redirect out, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                ZooKeeperProcesses.classPath(),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectOutput(out)
                .redirectError(directory.resolve("err").toFile())
                .start();
    }
}
