package dev.assent.processes;

import dev.assent.zookeeper.server.EmbeddedZooKeeper;
import dev.assent.zookeeper.server.EnsembleMember;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * ZooKeeper servers and coordinators, a process each, on free ports of 127.0.0.1. {@link #close} may be called at any time
 * from any thread, also while it starts.
 */
public final class Cluster implements AutoCloseable {
    /** How long a silent coordinator is believed to live: short, so that the takeover is quick. */
    public static final Duration COORDINATOR_SESSION = Duration.ofSeconds(2);

    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final String HOST = "127.0.0.1";

    private final String program;
    private final Path directory;
    private final List<Child> children = new ArrayList<>(); // guarded by this
    private final List<Child> coordinators = new ArrayList<>(); // guarded by this
    private boolean closed; // guarded by this
    private String connectString = "";

    /**
     * @param program the main class of {@code assent}
     * @param directory takes the servers' data and everybody's logs
     */
    public Cluster(String program, Path directory) {
        this.program = program;
        this.directory = directory;
    }

    /** Starts an ensemble of three for a small machine. */
    public void startServers() throws IOException, InterruptedException {
        startServers(3, EmbeddedZooKeeper.LOW_MEMORY);
    }

    /**
     * Starts an ensemble and returns once it serves clients.
     *
     * @param count how many servers, at least 3
     * @param options what their JVMs are started with
     */
    public void startServers(int count, List<String> options) throws IOException, InterruptedException {
        List<Integer> ports = freePorts(3 * count);
        List<EnsembleMember> members = IntStream.range(0, count)
                .mapToObj(i -> new EnsembleMember(HOST, ports.get(count + i), ports.get(2 * count + i), ports.get(i)))
                .toList();
        List<Child> servers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int id = i + 1;
            servers.add(start(
                    "zookeeper-" + id,
                    options,
                    program,
                    List.of(
                            "zookeeper",
                            "--data",
                            directory.resolve("zookeeper-" + id).toString(),
                            "--server-id",
                            Integer.toString(id),
                            "--ensemble",
                            EnsembleMember.format(members),
                            "--tick-time",
                            TICK.toMillis() + "ms",
                            "--end-with-parent")));
        }
        await(EnsembleMember.connectString(members), servers);
    }

    /** Starts one server that is no ensemble, and returns once it serves clients. */
    public void startServer(List<String> options) throws IOException, InterruptedException {
        int port = freePorts(1).get(0);
        Child server = start(
                "zookeeper-1",
                options,
                program,
                List.of(
                        "zookeeper",
                        "--data",
                        directory.resolve("zookeeper-1").toString(),
                        "--port",
                        Integer.toString(port),
                        "--tick-time",
                        TICK.toMillis() + "ms",
                        "--end-with-parent"));
        await(HOST + ":" + port, List.of(server));
    }

    private void await(String address, List<Child> servers) throws InterruptedException {
        connectString = address;
        for (Child server : servers) {
            server.awaitLine("ready", START_LIMIT);
        }
    }

    /** Starts the coordinators and returns once each is connected. */
    public void startCoordinators() throws IOException, InterruptedException {
        List<Child> started = new ArrayList<>();
        for (String id : List.of("c1", "c2", "c3")) {
            started.add(start(
                    id,
                    List.of(
                            "coordinator",
                            "--id",
                            id,
                            "--zookeeper",
                            connectString,
                            "--session-timeout",
                            COORDINATOR_SESSION.toMillis() + "ms",
                            "--connect-timeout",
                            START_LIMIT.toMillis() + "ms",
                            "--end-with-parent")));
        }
        for (Child coordinator : started) {
            coordinator.awaitLine("ready", START_LIMIT);
        }
        synchronized (this) {
            coordinators.addAll(started);
        }
    }

    /** Starts ZooKeeper's shell with a prompt. */
    public Child startShell() throws IOException {
        return start("zkcli", List.of("zkcli", "--zookeeper", connectString));
    }

    private Child start(String name, List<String> arguments) throws IOException {
        return start(name, program, arguments);
    }

    /** As {@link #start(String, List, String, List)}, for a small machine. */
    public Child start(String name, String main, List<String> arguments) throws IOException {
        return start(name, EmbeddedZooKeeper.LOW_MEMORY, main, arguments);
    }

    /**
     * Starts a process that ends with the others.
     *
     * @param options what its JVM is started with
     * @param main its main class
     */
    public Child start(String name, List<String> options, String main, List<String> arguments) throws IOException {
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("the processes are ending");
            }
            Child child = Child.start(name, options, main, directory, arguments);
            children.add(child);
            return child;
        }
    }

    /** The servers' addresses, once they serve clients. */
    public String connectString() {
        return connectString;
    }

    /** One server's address. */
    public String oneServer() {
        return connectString.split(",", 2)[0];
    }

    /** The ids of the processes that were started here and run, by name. */
    public synchronized Map<String, Long> processes() {
        return children.stream().filter(Child::alive).collect(Collectors.toMap(Child::name, Child::pid));
    }

    /** The process of the coordinator {@code id}. */
    public synchronized Child coordinator(String id) {
        return coordinators.stream()
                .filter(child -> child.name().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no coordinator '" + id + "' was started here"));
    }

    /** Ends every process, coordinators first. Idempotent. */
    @Override
    public void close() {
        List<Child> first;
        List<Child> then;
        synchronized (this) {
            closed = true;
            first = List.copyOf(coordinators);
            then = new ArrayList<>(children);
            then.removeAll(first);
            coordinators.clear();
            children.clear();
        }
        end(first);
        end(then);
    }

    private static void end(List<Child> children) {
        children.forEach(Child::ask);
        children.forEach(Child::close);
    }

    /** All of them at once, so that none is given out twice. */
    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            List<Integer> ports = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                ports.add(socket.getLocalPort());
            }
            return ports;
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
