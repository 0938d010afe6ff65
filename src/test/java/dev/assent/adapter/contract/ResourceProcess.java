package dev.assent.adapter.contract;

import dev.assent.participant.OnePhaseResource;
import dev.assent.participant.Resource;
import dev.assent.protocol.BranchId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Another process that works on a resource and is killed at a chosen step. */
final class ResourceProcess {
    /** What the process is asked to do. */
    enum Call {
        PREPARE,
        COMMIT,
        ROLLBACK,
        ONE_PHASE
    }

    private static final String REACHED = "reached";
    private static final String ENDED = "ended";

    private ResourceProcess() {}

    /**
     * Runs {@code call} in a process of its own and kills that with SIGKILL at its step number {@code fatal}.
     *
     * @return whether it got that far; otherwise the call has ended
     */
    static boolean killedAt(int fatal, Call call, ResourceLab.Opener opener, BranchId branch, byte[] payload)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                ResourceProcess.class.getName(),
                Integer.toString(fatal),
                call.name(),
                branch.toString(),
                "=" + Base64.getEncoder().encodeToString(payload),
                opener.type().getName()));
        command.addAll(opener.arguments());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null && !line.equals(REACHED) && !line.equals(ENDED)) {
                line = lines.readLine();
            }
            if (line == null) {
                throw new AssertionError("the process ended with exit code " + process.waitFor());
            }
            return line.equals(REACHED);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** The process's side. */
    public static void main(String[] args) throws Exception {
        Thread parent = new Thread(ResourceProcess::endWithParent);
        parent.setDaemon(true);
        parent.start();
        int fatal = Integer.parseInt(args[0]);
        AtomicInteger steps = new AtomicInteger(Integer.MIN_VALUE);
        List<String> own = List.of(args).subList(5, args.length);
        ResourceLab.ResourceOpener opener = Class.forName(args[4])
                .asSubclass(ResourceLab.ResourceOpener.class)
                .getConstructor()
                .newInstance();
        Resource resource = opener.open(own, () -> {
            if (steps.incrementAndGet() == fatal) {
                say(REACHED);
                awaitDeath();
            }
        });
        steps.set(0);
        BranchId branch = BranchId.tryParse(args[2]).orElseThrow();
        byte[] payload = Base64.getDecoder().decode(args[3].substring(1));
        switch (Call.valueOf(args[1])) {
            case PREPARE -> resource.prepare(branch, payload);
            case COMMIT -> resource.commit(branch);
            case ROLLBACK -> resource.rollback(branch);
            case ONE_PHASE -> ((OnePhaseResource) resource).commitOnePhase(branch, payload);
        }
        say(ENDED);
        awaitDeath();
    }

    private static void say(String word) {
        System.out.println(word);
        System.out.flush();
    }

    private static void awaitDeath() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            System.err.println("standard input failed: " + e);
        }
        Runtime.getRuntime().halt(137);
    }
}
