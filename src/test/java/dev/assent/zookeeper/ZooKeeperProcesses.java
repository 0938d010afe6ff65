package dev.assent.zookeeper;

import dev.assent.Await;
import dev.assent.zookeeper.server.EmbeddedZooKeeper;
import dev.assent.zookeeper.server.EnsembleMember;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One ZooKeeper server, or an ensemble of three, each a process of its own that tests may kill, stop and start again on
 * its data. The processes end with this JVM, however it ends. Not thread-safe.
 */
public final class ZooKeeperProcesses implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(60);
    private static final int ANSWER_MILLIS = 1_000;
    private static final int PORTS_PER_SERVER = 3;

    private final Path directory;
    private final List<EnsembleMember> members;
    private final List<Process> processes = new ArrayList<>();

    private ZooKeeperProcesses(Path directory, List<EnsembleMember> members) {
        this.directory = directory;
        this.members = members;
        members.forEach(member -> processes.add(null));
    }

    /** Starts {@code servers} of them, 1 or 3, below {@code directory}, and waits until they serve. */
    public static ZooKeeperProcesses start(Path directory, int servers) throws Exception {
        List<Integer> ports = freePorts(servers * PORTS_PER_SERVER);
        List<EnsembleMember> members = IntStream.range(0, servers)
                .mapToObj(i -> new EnsembleMember(
                        "127.0.0.1",
                        ports.get(PORTS_PER_SERVER * i),
                        ports.get(PORTS_PER_SERVER * i + 1),
                        ports.get(PORTS_PER_SERVER * i + 2)))
                .toList();
        ZooKeeperProcesses started = new ZooKeeperProcesses(directory, members);
        try {
            for (int i = 0; i < servers; i++) {
                started.launch(i);
            }
            for (int i = 0; i < servers; i++) {
                started.awaitServing(i);
            }
            return started;
        } catch (Exception | AssertionError e) {
            started.close();
            throw e;
        }
    }

    /** All client addresses. */
    public String connectString() {
        return EnsembleMember.connectString(members);
    }

    /** The client address of one server. */
    public String connectString(int server) {
        return "127.0.0.1:" + members.get(server).clientPort();
    }

    public int size() {
        return members.size();
    }

    /** The index of the server that leads now, or that is alone. */
    public int leader() throws Exception {
        int[] found = {-1};
        Await.until("one server leads", READY, () -> {
            for (int i = 0; i < members.size(); i++) {
                String answer = srvr(i);
                if (answer.contains("Mode: leader") || answer.contains("Mode: standalone")) {
                    found[0] = i;
                }
            }
            return found[0] >= 0;
        });
        return found[0];
    }

    /** The process id of one server. */
    public long pid(int server) {
        return processes.get(server).pid();
    }

    /** As {@code kill -9}; returns when the process is gone. */
    public void kill(int server) throws InterruptedException {
        processes.get(server).destroyForcibly().waitFor();
    }

    /** Stops the process without ending it (SIGSTOP): its connections stay open and silent. */
    public void pause(int server) throws Exception {
        signal(server, "STOP");
    }

    /** Lets a paused process run on. */
    public void resume(int server) throws Exception {
        signal(server, "CONT");
    }

    /** Starts a killed server again on its data and waits until it serves. */
    public void restart(int server) throws Exception {
        launch(server);
        awaitServing(server);
    }

    private void launch(int server) throws IOException {
        EnsembleMember member = members.get(server);
        Path data = directory.resolve("server-" + (server + 1));
        Files.createDirectories(data);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(EmbeddedZooKeeper.LOW_MEMORY);
        command.addAll(List.of("-cp", classPath(), ServerMain.class.getName()));
        command.add(data.toString());
        if (members.size() == 1) {
            command.add(Integer.toString(member.clientPort()));
        } else {
            command.add(Integer.toString(server + 1));
            command.add(EnsembleMember.format(members));
        }
        Path log = directory.resolve("server-" + (server + 1) + ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        processes.set(server, process);
    }

    private void awaitServing(int server) throws Exception {
        Await.until("server " + (server + 1) + " of " + members + " serves", READY, () -> {
            Process process = processes.get(server);
            if (!process.isAlive()) {
                throw new AssertionError("server " + (server + 1) + " ended with code " + process.exitValue() + ":\n"
                        + Files.readString(directory.resolve("server-" + (server + 1) + ".log")));
            }
            return srvr(server).contains("Mode: ");
        });
    }

    /** The server's answer to {@code srvr}, empty where there is none. */
    private String srvr(int server) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.connect(new InetSocketAddress(loopback(), members.get(server).clientPort()), ANSWER_MILLIS);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        }
    }

    private void signal(int server, String name) throws Exception {
        Process kill = new ProcessBuilder(
                        "kill", "-" + name, Long.toString(processes.get(server).pid()))
                .inheritIO()
                .start();
        if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IOException("kill -" + name + " failed");
        }
    }

    /** Kills what runs; paused processes too. */
    @Override
    public void close() {
        for (Process process : processes) {
            if (process != null) {
                process.destroyForcibly().onExit().join();
            }
        }
    }

    /** 127.0.0.1, where everything in tests listens. */
    public static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    /** This JVM's class path for a child: of a class loader with URLs where Maven runs the lab in its own process. */
    public static String classPath() {
        if (ZooKeeperProcesses.class.getClassLoader() instanceof URLClassLoader loader) {
            return Arrays.stream(loader.getURLs())
                    .map(url -> Path.of(URI.create(url.toString())).toString())
                    .collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("java.class.path");
    }

    /** Ports that were free a moment ago, all different. */
    public static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            List<Integer> ports = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, loopback());
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
