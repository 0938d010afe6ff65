package dev.assent.zookeeper.server;

import java.util.concurrent.CompletableFuture;
import javax.security.sasl.SaslException;
import org.apache.zookeeper.server.ServerConfig;
import org.apache.zookeeper.server.ZooKeeperServerMain;
import org.apache.zookeeper.server.quorum.QuorumPeer;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/** ZooKeeper's two kinds of server behind one face. */
interface RunningServer {
    /** Serves until {@link #stop}, or throws because it cannot. */
    void run() throws Exception;

    /** Completes when clients can connect. */
    CompletableFuture<Void> started();

    int clientPort();

    /** Makes {@link #run} return. Idempotent. */
    void stop();

    /** A server of the kind that the configuration asks for. */
    static RunningServer of(QuorumPeerConfig configuration) {
        return configuration.isDistributed() ? new Member(configuration) : new Alone(configuration);
    }

    /** A server without peers. */
    final class Alone extends ZooKeeperServerMain implements RunningServer {
        private final ServerConfig configuration = new ServerConfig();
        private final CompletableFuture<Void> started = new CompletableFuture<>();

        private Alone(QuorumPeerConfig parsed) {
            configuration.readFrom(parsed);
        }

        @Override
        public void run() throws Exception {
            runFromConfig(configuration);
        }

        @Override
        protected void serverStarted() {
            started.complete(null);
        }

        @Override
        public CompletableFuture<Void> started() {
            return started;
        }

        @Override
        public int clientPort() {
            return getClientPort();
        }

        @Override
        public void stop() {
            close();
        }
    }

    /** A server of an ensemble. */
    final class Member extends QuorumPeerMain implements RunningServer {
        private final QuorumPeerConfig configuration;
        private final CompletableFuture<Void> started = new CompletableFuture<>();

        private Member(QuorumPeerConfig configuration) {
            this.configuration = configuration;
        }

        @Override
        public void run() throws Exception {
            runFromConfig(configuration);
        }

        @Override
        protected QuorumPeer getQuorumPeer() throws SaslException {
            return new StartedPeer(started);
        }

        @Override
        public CompletableFuture<Void> started() {
            return started;
        }

        @Override
        public int clientPort() {
            return configuration.getClientPortAddress().getPort();
        }

        @Override
        public void stop() {
            close();
        }
    }

    /** Tells when it started. */
    final class StartedPeer extends QuorumPeer {
        private final CompletableFuture<Void> started;

        private StartedPeer(CompletableFuture<Void> started) throws SaslException {
            this.started = started;
        }

        @Override
        public synchronized void start() {
            super.start();
            started.complete(null);
        }
    }
}
