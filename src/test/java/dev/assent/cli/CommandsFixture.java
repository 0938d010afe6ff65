package dev.assent.cli;

import dev.assent.Assent;
import dev.assent.Await;
import dev.assent.adapter.RefusedException;
import dev.assent.adapter.file.FileChange;
import dev.assent.adapter.file.FileResource;
import dev.assent.adapter.file.FileWork;
import dev.assent.participant.Prepared;
import dev.assent.participant.Resource;
import dev.assent.protocol.BranchId;
import dev.assent.zookeeper.server.EmbeddedZooKeeper;
import dev.assent.zookeeper.server.ServerConfiguration;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine;

/** A server, the coordinator {@code c1} as its command runs it, and the participants orders, payments and slow. */
final class CommandsFixture {
    private final Path directory;
    private final EmbeddedZooKeeper server;
    private final Thread coordinator;
    private final StringWriter printed;
    private final Assent assent;
    private final CountDownLatch slow = new CountDownLatch(1);

    private CommandsFixture(Path directory, EmbeddedZooKeeper server) throws Exception {
        this.directory = directory;
        this.server = server;
        this.printed = new StringWriter();
        CommandLine line = Main.commandLine(Map.of());
        line.setOut(new PrintWriter(printed));
        this.coordinator = new Thread(
                () -> line.execute("coordinator", "--id", "c1", "--zookeeper", server.connectString()), "coordinator");
        coordinator.start();
        Await.until("the coordinator leads", () -> printed.toString().contains("leader: c1 leads with epoch 1"));
        this.assent = Assent.connect(server.connectString());
        assent.participate("orders", files("orders"));
        assent.participate("payments", files("payments"));
        assent.participate("slow", new Slow(files("slow"), slow));
    }

    static CommandsFixture start() throws Exception {
        Path directory = Files.createTempDirectory("assent-commands-");
        return new CommandsFixture(
                directory, EmbeddedZooKeeper.start(ServerConfiguration.standalone(directory.resolve("zookeeper"), 0)));
    }

    private FileResource files(String name) throws IOException {
        FileWork work = (branch, payload, committed) -> {
            String text = new String(payload, StandardCharsets.UTF_8);
            if (text.startsWith("refuse")) {
                throw new RefusedException(text);
            }
            return List.of(FileChange.write(branch.transaction().toString(), payload));
        };
        return FileResource.open(directory.resolve(name), work);
    }

    String address() {
        return server.connectString();
    }

    /** What the coordinator's command printed. */
    String printed() {
        return printed.toString();
    }

    void letSlowGoOn() {
        slow.countDown();
    }

    void close() throws Exception {
        slow.countDown();
        assent.close();
        coordinator.interrupt();
        coordinator.join();
        server.close();
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Prepares once it is let. */
    private record Slow(Resource files, CountDownLatch latch) implements Resource {
        @Override
        public Prepared prepare(BranchId branch, byte[] payload) throws Exception {
            latch.await();
            return files.prepare(branch, payload);
        }

        @Override
        public String kind() {
            return files.kind();
        }

        @Override
        public String identity() {
            return files.identity();
        }

        @Override
        public void commit(BranchId branch) throws Exception {
            files.commit(branch);
        }

        @Override
        public void rollback(BranchId branch) throws Exception {
            files.rollback(branch);
        }

        @Override
        public Collection<BranchId> recover(String participant) throws Exception {
            return files.recover(participant);
        }
    }
}
