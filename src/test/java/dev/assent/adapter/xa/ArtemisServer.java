package dev.assent.adapter.xa;

import dev.assent.adapter.contract.ResourceLab;
import dev.assent.adapter.contract.ServerProcess;
import dev.assent.zookeeper.ZooKeeperProcesses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.activemq.artemis.jms.client.ActiveMQXAConnectionFactory;

/** A real Artemis broker that can be killed. Not thread-safe. */
final class ArtemisServer implements ResourceLab.Server {
    private final Path directory;
    private final int port;
    private ServerProcess host;

    private ArtemisServer(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /** Starts one on an empty directory. */
    static ArtemisServer start(Path directory) throws Exception {
        ArtemisServer server =
                new ArtemisServer(directory, ZooKeeperProcesses.freePorts(1).get(0));
        server.restart();
        return server;
    }

    int port() {
        return port;
    }

    static ActiveMQXAConnectionFactory factory(int port) {
        return new ActiveMQXAConnectionFactory("tcp://127.0.0.1:" + port + "?reconnectAttempts=0&useEpoll=false");
    }

    @Override
    public void kill() throws Exception {
        host.kill();
    }

    @Override
    public void restart() throws Exception {
        host = ServerProcess.start(
                        List.of("-Xmx256m"), ArtemisProcess.class, directory.toString(), Integer.toString(port))
                .process();
    }

    @Override
    public void close() throws IOException {
        host.close();
    }
}
