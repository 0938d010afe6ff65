package dev.assent.cli;

import dev.assent.zookeeper.server.EmbeddedZooKeeper;
import dev.assent.zookeeper.server.EnsembleMember;
import dev.assent.zookeeper.server.ParentWatch;
import dev.assent.zookeeper.server.ServerConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a ZooKeeper server in this process. */
@Command(
        name = "zookeeper",
        description = {
            "Runs a ZooKeeper server, alone or as one of an ensemble, until it is told to end.",
            "Prints one line that begins with 'ready' once clients can connect. Every write is on disk before it is"
                    + " answered; DATA may be used again by the next start."
        })
final class ZooKeeperCommand extends BaseCommand {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "Where it keeps its log and snapshots.")
    private Path data;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Where clients reach it; 0 for any free port. With --ensemble the list says it.")
    private Integer port;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            description = "The address it listens on (default: 127.0.0.1). With --ensemble the list says it.")
    private String address;

    @Option(names = "--server-id", paramLabel = "N", description = "Which one of the ensemble it is, from 1.")
    private Integer serverId;

    @Option(
            names = "--ensemble",
            paramLabel = "HOST:PEER:ELECTION:CLIENT[,…]",
            description = "All servers of the ensemble with their three ports, in the same order everywhere.")
    private String ensemble;

    @Option(
            names = "--tick-time",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "ZooKeeper's unit of time (default: 500ms): sessions last 2 ticks at least.")
    private Duration tick;

    @Option(names = "--end-with-parent", description = EndWithParent.DESCRIPTION)
    private boolean endWithParent;

    @Override
    @SuppressWarnings("try") // The lock is held, not used.
    ExitCode execute() {
        ServerConfiguration configuration = configuration();
        if (endWithParent) {
            ParentWatch.exitWithParent();
        }
        try (DataLock lock = DataLock.take(data);
                EmbeddedZooKeeper server = EmbeddedZooKeeper.start(configuration)) {
            ShutdownHook hook = ShutdownHook.before(server);
            out().println("ready: ZooKeeper on " + configuration.address() + ":" + server.clientPort() + ", data in "
                    + configuration.dataDirectory());
            out().flush();
            try {
                server.ended().get();
            } finally {
                hook.takeBack();
            }
            return hook.running() ? ExitCode.OK : ExitCode.UNREACHABLE;
        } catch (InterruptedException e) {
            // Told to end by whoever runs this command in its own process.
            return ExitCode.OK;
        } catch (IOException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        } catch (ExecutionException e) {
            throw CliException.unreachable("the server ended: " + e.getCause());
        }
    }

    private ServerConfiguration configuration() {
        try {
            ServerConfiguration configuration = ensemble == null ? alone() : member();
            return tick == null ? configuration : configuration.withTick(tick);
        } catch (IllegalArgumentException e) {
            throw CliException.usage(e.getMessage());
        }
    }

    private ServerConfiguration alone() {
        if (serverId != null) {
            throw CliException.usage("--server-id " + serverId + " needs the --ensemble that it is one of");
        }
        if (port == null) {
            throw CliException.usage("--port is missing: say where clients reach the server, as in --port 2181");
        }
        ServerConfiguration configuration = ServerConfiguration.standalone(data, port);
        return address == null ? configuration : configuration.withAddress(address);
    }

    private ServerConfiguration member() {
        List<EnsembleMember> members = EnsembleMember.parse(ensemble);
        if (serverId == null) {
            throw CliException.usage(
                    "--server-id is missing: which of the " + members.size() + " servers is this one?");
        }
        ServerConfiguration configuration = ServerConfiguration.member(data, serverId, members);
        if (port != null && port != configuration.clientPort()) {
            throw CliException.usage("--port " + port + " is not the client port " + configuration.clientPort()
                    + " that --ensemble gives server " + serverId);
        }
        if (address != null && !address.equals(configuration.address())) {
            throw CliException.usage("--address " + address + " is not the host " + configuration.address()
                    + " that --ensemble gives server " + serverId);
        }
        return configuration;
    }
}
