package dev.assent.store;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;

/** The double keeps the contract in real time, with followers that lag. */
class InMemoryStoreTest extends StoreContract {
    private final ThreadLoop ensembleLoop = new ThreadLoop("ensemble");
    private final InMemoryEnsemble ensemble = ensemble();
    private int clients;

    private InMemoryEnsemble ensemble() {
        InMemoryEnsemble.Conditions conditions = new InMemoryEnsemble.Conditions();
        conditions.lag = Duration.ofMillis(5).toNanos();
        Random random = new Random(1);
        return new InMemoryEnsemble(ensembleLoop, random::nextLong, conditions);
    }

    @AfterEach
    void closeEnsemble() {
        ensembleLoop.close();
    }

    @Override
    protected Client newClient() {
        return new MemoryClient(new ThreadLoop("client-" + ++clients));
    }

    @Override
    protected void changeAcl(String path) {
        ensemble.changeAcl(path, false);
    }

    private final class MemoryClient implements Client {
        private final ThreadLoop loop;
        private final InMemoryStore store;
        private Session holder;

        private MemoryClient(ThreadLoop loop) {
            this.loop = loop;
            this.store = ensemble.open(loop);
        }

        @Override
        public Store store() {
            return store;
        }

        @Override
        public void loseNextReply(boolean applied) {
            store.loseNextReply(applied ? InMemorySession.Loss.APPLIED : InMemorySession.Loss.NOT_APPLIED);
        }

        @Override
        public boolean holdNextWrite() {
            holder = store.session();
            store.loseNextReply(InMemorySession.Loss.HELD);
            return true;
        }

        @Override
        public void releaseHeldWrite() {
            store.releaseLate(holder);
        }

        @Override
        public void cutConnection() {
            store.cutConnection();
        }

        @Override
        public void heal() {
            store.heal();
        }

        @Override
        public void endSession() {
            store.endSession();
        }

        @Override
        public void close() {
            store.close();
            loop.close();
        }
    }
}
