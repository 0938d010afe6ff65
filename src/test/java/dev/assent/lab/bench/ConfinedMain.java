package dev.assent.lab.bench;

import java.nio.file.Path;
import java.util.List;

/** Starts {@link SeataMain} in a network that has only a loopback, and ends with it or before it. */
public final class ConfinedMain {
    private ConfinedMain() {}

    /**
     * Runs until the other ends.
     *
     * @param args the class path of the client, then what the other is told
     */
    public static void main(String[] args) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(List.of(
                        "unshare",
                        "-n",
                        "sh",
                        "-c",
                        SeataInstallation.OWN_NETWORK + " && exec \"$@\"",
                        "sh",
                        java,
                        "-Xmx1g",
                        "-cp",
                        args[0],
                        SeataMain.class.getName(),
                        args[1],
                        args[2],
                        args[3]))
                .inheritIO()
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        System.exit(process.waitFor());
    }
}
