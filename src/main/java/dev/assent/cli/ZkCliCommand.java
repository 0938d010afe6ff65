package dev.assent.cli;

import dev.assent.zookeeper.server.ZooKeeperShell;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** ZooKeeper's own shell. */
@Command(
        name = "zkcli",
        description = {
            "ZooKeeper's own shell: one command, or a prompt where none is given.",
            "Paths are ZooKeeper's, whatever --chroot says: ls /assent"
        })
final class ZkCliCommand extends BaseCommand {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    @Option(
            names = ConnectionOptions.ZOOKEEPER,
            paramLabel = "HOST:PORT[,…]",
            description = ConnectionOptions.ZOOKEEPER_DESCRIPTION)
    private String zooKeeper = ConnectionOptions.DEFAULT_ZOOKEEPER;

    @Option(
            names = ConnectionOptions.CHROOT,
            paramLabel = "PATH",
            description = "Taken as everywhere, and of no effect: the shell's paths begin at ZooKeeper's root.")
    @SuppressWarnings("UnusedVariable") // So that scripts can give the same options to every command.
    private String chroot = ConnectionOptions.DEFAULT_CHROOT;

    @Parameters(paramLabel = "ARGS", arity = "0..*", description = "A command of the shell and its arguments.")
    private List<String> arguments = List.of();

    @Override
    ExitCode execute() throws InterruptedException {
        List<InetSocketAddress> servers = ConnectionOptions.addresses(zooKeeper);
        // The shell itself would try for half a minute, and say so in stack traces.
        if (servers.stream().noneMatch(ZkCliCommand::listens)) {
            throw CliException.unreachable("no ZooKeeper server listens at " + zooKeeper);
        }
        try {
            return ZooKeeperShell.run(zooKeeper, arguments) == 0 ? ExitCode.OK : ExitCode.REFUSED;
        } catch (IOException e) {
            throw CliException.unreachable("no ZooKeeper at " + zooKeeper + ": " + e.getMessage());
        }
    }

    private static boolean listens(InetSocketAddress server) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(server.getHostString(), server.getPort()), (int) CONNECT_LIMIT.toMillis());
            return true;
        } catch (IOException e) {
            // Its silence is the answer.
            return false;
        }
    }
}
