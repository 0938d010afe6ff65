package dev.assent.zookeeper.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.ZooKeeperMain;
import org.apache.zookeeper.util.ServiceUtils;

/** ZooKeeper's own shell, zkCli. It prints what it prints, on this process's standard streams. */
public final class ZooKeeperShell {
    private ZooKeeperShell() {}

    /**
     * Runs one command, or commands from standard input where none is given, and returns the shell's exit code: 0 when the
     * last command succeeded. Leaves its connection to the end of the process. One at a time in a process.
     *
     * @param connectString addresses as {@code host:port,host:port}, with a path to be taken for the root if wanted
     * @param command one command and its arguments, empty for a dialogue
     * @throws IOException if an address is unknown
     */
    public static int run(String connectString, List<String> command) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("-server", connectString));
        arguments.addAll(command);
        // The shell ends its process by itself; here it only leaves its own code.
        ServiceUtils.setSystemExitProcedure(code -> {
            throw new Exit(code);
        });
        try {
            ZooKeeperMain.main(arguments.toArray(String[]::new));
            return 0;
        } catch (Exit exit) {
            return exit.code;
        } finally {
            ServiceUtils.setSystemExitProcedure(ServiceUtils.SYSTEM_EXIT);
            System.out.flush();
            System.err.flush();
        }
    }

    /** Unwinds the shell, past its handlers of exceptions. */
    private static final class Exit extends Error {
        private static final long serialVersionUID = 1L;

        private final int code;

        private Exit(int code) {
            super("exit " + code, null, false, false);
            this.code = code;
        }
    }
}
