package dev.assent.adapter.file;

import static dev.assent.adapter.file.Branches.branch;
import static dev.assent.adapter.file.Branches.payload;

import dev.assent.participant.Prepared;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another process on a directory, which may be told to die at one of its steps. */
final class FileProcess {
    private static final int DIED = 137;

    private FileProcess() {}

    static Process start(String task, Path root, int fatalStep) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FileProcess.class.getName(),
                        task,
                        root.toString(),
                        Integer.toString(fatalStep))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    static int exitCode(Process process) throws InterruptedException {
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the process " + process.pid() + " does not end");
        }
        int code = process.exitValue();
        if (code != 0 && code != DIED) {
            throw new AssertionError("the process failed with exit code " + code);
        }
        return code;
    }

    static List<String> said(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    /** The child's side. Arguments: the task, the directory, the step at which to die or 0. */
    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[1]).toRealPath();
        int fatalStep = Integer.parseInt(args[2]);
        if (args[0].equals("try-lock")) {
            try (FileChannel mutex =
                    FileChannel.open(root.resolve(".assent").resolve("mutex"), StandardOpenOption.WRITE)) {
                System.out.println(mutex.tryLock() == null ? "held" : "free");
            }
            return;
        }
        if (args[0].equals("transfer")) {
            FileSharingTest.transfer(FileResource.open(root, Branches.transfers()), 99, 25);
            return;
        }
        FileOperations files = new CrashingFiles(
                new LocalFiles(), fatalStep, () -> Runtime.getRuntime().halt(DIED));
        FileResource resource = new FileResource(files, root, new WriteFiles(), FileLimits.STANDARD);
        String content = "new " + fatalStep;
        if (resource.prepare(branch(fatalStep), payload("a=" + content, "b/c=" + content))
                .equals(Prepared.yes())) {
            System.out.println("prepared");
            System.out.flush();
            resource.commit(branch(fatalStep));
        }
    }
}
