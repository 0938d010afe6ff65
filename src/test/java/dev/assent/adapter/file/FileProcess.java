package dev.assent.adapter.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another process on a directory. */
final class FileProcess {
    private FileProcess() {}

    static Process start(String task, Path root) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FileProcess.class.getName(),
                        task,
                        root.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    static int exitCode(Process process) throws InterruptedException {
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the process " + process.pid() + " does not end");
        }
        return process.exitValue();
    }

    static List<String> said(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    /** The child's side. Arguments: the task, the directory. */
    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[1]).toRealPath();
        if (args[0].equals("try-lock")) {
            try (FileChannel mutex =
                    FileChannel.open(root.resolve(".assent").resolve("mutex"), StandardOpenOption.WRITE)) {
                System.out.println(mutex.tryLock() == null ? "held" : "free");
            }
            return;
        }
        FileSharingTest.transfer(FileResource.open(root, Branches.transfers()), 99, 25);
    }
}
