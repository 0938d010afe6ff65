package dev.assent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What users do wrong gives one clear line and exit code 2; ZooKeeper that is not there, 3. */
class UsageTest {
    @TempDir
    private Path directory;

    @Test
    void everyCommandExplainsItselfAndItsExitCodes() {
        CommandLine main = Main.commandLine(Map.of());
        assertTrue(main.getSubcommands().size() > 1);
        main.getSubcommands().forEach((name, command) -> {
            String help = Cli.run(name, "--help").ok();
            assertTrue(help.startsWith("Usage: assent " + name), help);
            for (ExitCode code : ExitCode.values()) {
                assertTrue(help.contains(System.lineSeparator() + "  " + code.code() + "   "), name + " lacks " + code);
            }
        });
        assertTrue(Cli.run("--help").ok().contains("Exit codes:"));
    }

    @Test
    void aMissingOrUnknownCommandIsWrongUsage() {
        Cli.run().assertRefused(ExitCode.USAGE, "assent: Missing command (see assent --help)");
        assertEquals(ExitCode.USAGE.code(), Cli.run("comit").code());
        assertEquals(1, Cli.run("comit").err().lines().count());
    }

    @Test
    void anUnknownOptionIsWrongUsage() {
        Cli.run("zookeeper", "--dta", "x")
                .assertRefused(
                        ExitCode.USAGE,
                        "assent zookeeper: Missing required option: '--data=DIR' (see assent zookeeper --help)");
    }

    @Test
    void theServerNeedsAPortOrItsPlaceInAnEnsemble() {
        Cli.run("zookeeper", "--data", data())
                .assertRefused(
                        ExitCode.USAGE,
                        "assent zookeeper: --port is missing: say where clients reach the server, as in --port 2181");
        Cli.run("zookeeper", "--data", data(), "--port", "1", "--server-id", "1")
                .assertRefused(
                        ExitCode.USAGE, "assent zookeeper: --server-id 1 needs the --ensemble that it is one of");
        Cli.run("zookeeper", "--data", data(), "--ensemble", "127.0.0.1:1:2:3")
                .assertRefused(
                        ExitCode.USAGE,
                        "assent zookeeper: --server-id is missing: which of the 1 servers is this one?");
        Cli.run("zookeeper", "--data", data(), "--ensemble", "127.0.0.1:1:2:3", "--server-id", "1", "--port", "4")
                .assertRefused(
                        ExitCode.USAGE,
                        "assent zookeeper: --port 4 is not the client port 3 that --ensemble gives server 1");
        Cli.run("zookeeper", "--data", data(), "--ensemble", "127.0.0.1:1:2", "--server-id", "1")
                .assertRefused(
                        ExitCode.USAGE,
                        "assent zookeeper: '127.0.0.1:1:2' is not host:peerPort:electionPort:clientPort, as in"
                                + " 127.0.0.1:2888:3888:2181");
    }

    @Test
    void everyMeasurementRefusesAnEnsembleOfAnotherSize() {
        for (List<String> command : List.of(
                List.of("bench"),
                List.of("bench", "takeover"),
                List.of("bench", "memory"),
                List.of("bench", "ensembles"))) {
            List<String> words = new ArrayList<>(command);
            words.addAll(List.of("--servers", "4"));
            Cli.run(words.toArray(String[]::new))
                    .assertRefused(
                            ExitCode.USAGE, "assent " + String.join(" ", command) + ": --servers 4 is not 1, 3 or 5");
        }
    }

    @Test
    void aPortThatIsTakenIsAConfigurationMistake() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Cli run = Cli.run("zookeeper", "--data", data(), "--port", Integer.toString(taken.getLocalPort()));
            assertEquals(ExitCode.USAGE.code(), run.code());
            assertEquals(1, run.err().lines().count());
            assertTrue(run.err().contains(":" + taken.getLocalPort()), run.err());
            assertTrue(run.err().contains("the port is taken, choose another"), run.err());
        }
    }

    @Test
    void durationsNameTheirUnit() {
        Cli.run("zookeeper", "--data", data(), "--port", "0", "--tick-time", "500")
                .assertRefused(
                        ExitCode.USAGE,
                        "assent zookeeper: Invalid value for option '--tick-time': '500' is not a duration: write a whole"
                                + " number with its unit, as in 500ms, 10s, 2m or 1h (see assent zookeeper --help)");
    }

    @Test
    void theShellNeedsAnAddressAndAServer() throws Exception {
        Cli.run("zkcli", "--zookeeper", "localhost", "ls", "/")
                .assertRefused(
                        ExitCode.USAGE,
                        "assent zkcli: --zookeeper 'localhost' is not HOST:PORT with a port from 1 to 65535");
        String nobody = "127.0.0.1:" + freePort();
        Cli.run("zkcli", "--zookeeper", nobody, "--chroot", "/assent", "ls", "-R", "/")
                .assertRefused(ExitCode.UNREACHABLE, "assent zkcli: no ZooKeeper server listens at " + nobody);
        Cli.run(Map.of("ASSENT_ZOOKEEPER", nobody), "zkcli", "ls", "/")
                .assertRefused(ExitCode.UNREACHABLE, "assent zkcli: no ZooKeeper server listens at " + nobody);
    }

    @Test
    void aServerThatIsNotThereIsUnreachable() throws Exception {
        String nobody = "127.0.0.1:" + freePort();
        String id = "1-00c0ffee00c0ffee";
        for (List<String> command : List.of(
                List.of("status", "--json"),
                List.of("transactions"),
                List.of("transaction", id),
                List.of("participants"),
                List.of("outcome", id),
                List.of("commit", "--with", "orders=a"),
                List.of("resolve", id, "--abort", "--actor", "a", "--reason", "r", "--yes"),
                List.of("coordinator", "--id", "c1"))) {
            List<String> arguments = new ArrayList<>(command);
            arguments.addAll(List.of("--zookeeper", nobody, "--connect-timeout", "300ms"));
            Cli.run(arguments.toArray(String[]::new))
                    .assertRefused(
                            ExitCode.UNREACHABLE,
                            "assent " + command.get(0) + ": no ZooKeeper server answered at " + nobody
                                    + " within 300 ms: check the addresses, and that a majority of the servers runs");
        }
    }

    @Test
    void aWrongSettingNamesKeyValueAndBound() throws Exception {
        Cli.run("coordinator", "--id", "c1", "--seal-delay", "2h")
                .assertRefused(
                        ExitCode.USAGE,
                        "assent coordinator: seal-delay = 7200000ms is out of bounds: use 0ms to 3600000ms");
        Cli.run("coordinator", "--id", "C1")
                .assertRefused(
                        ExitCode.USAGE,
                        "assent coordinator: id = 'C1' is not a valid name: use 1 to 32 of a-z, 0-9 and '-'");
        Cli.run(Map.of("ASSENT_COORDINATOR_MAX_PENDING", "many"), "coordinator", "--id", "c1")
                .assertRefused(
                        ExitCode.USAGE,
                        "assent coordinator: max-pending = 'many' is not a whole number up to 2147483647");
        Path file = directory.resolve("coordinator.properties");
        Cli.run("coordinator", "--config", file.toString())
                .assertRefused(ExitCode.USAGE, "assent coordinator: --config " + file + ": there is no such file");
        Files.writeString(file, "generation-size = 0\n");
        Cli.run("coordinator", "--config", file.toString())
                .assertRefused(
                        ExitCode.USAGE, "assent coordinator: generation-size = 0 is out of bounds: use 1 to 10000");
    }

    @Test
    @SuppressWarnings("try")
    void aDataDirectoryServesOneServer() throws Exception {
        Path data = directory.resolve("shared");
        try (DataLock lock = DataLock.take(data)) {
            Cli.run("zookeeper", "--data", data.toString(), "--port", "0")
                    .assertRefused(
                            ExitCode.USAGE,
                            "assent zookeeper: --data " + data
                                    + " is in use by another server: stop it, or choose another");
        }
        DataLock.take(data).close();
    }

    @Test
    void aDataDirectoryThatIsNoneIsNamed() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        Cli run = Cli.run("zookeeper", "--data", file.toString(), "--port", "0");
        assertEquals(ExitCode.USAGE.code(), run.code());
        assertTrue(
                run.err().startsWith("assent zookeeper: --data " + file + " is not a directory that can be written: "),
                run.err());
        assertEquals(1, run.err().lines().count());
    }

    @Test
    void theDemoHasBounds() {
        Cli.run("demo", "--transactions", "11")
                .assertRefused(ExitCode.USAGE, "assent demo: --transactions 11 is not in 12..4000");
    }

    static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private String data() {
        return directory.resolve("data").toString();
    }
}
