package dev.assent.lab.bench;

import com.atomikos.datasource.xa.XATransactionalResource;
import com.atomikos.icatch.config.Configuration;
import com.atomikos.icatch.jta.UserTransactionManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.transaction.HeuristicMixedException;
import javax.transaction.HeuristicRollbackException;
import javax.transaction.RollbackException;
import javax.transaction.Transaction;
import javax.transaction.xa.XAResource;

/** Atomikos, with its log forced to the disk as by default. One in a JVM. */
final class AtomikosTransactions implements BlockingTransactions {
    private static final int MOST_PARTICIPANTS = 16;
    private static final String SETTINGS = "com.atomikos.icatch.";

    private final UserTransactionManager manager = new UserTransactionManager();
    private final List<XAResource> idle = new ArrayList<>();
    private final XAResource refusing;

    AtomikosTransactions(Path directory) throws Exception {
        Path log = Files.createDirectories(directory.resolve("atomikos"));
        System.setProperty(SETTINGS + "log_base_dir", log.toString());
        System.setProperty(SETTINGS + "max_actives", "-1");
        System.setProperty(SETTINGS + "tm_unique_name", "bench");
        // Nothing is left to be recovered here, and looking for it would disturb.
        System.setProperty(SETTINGS + "recovery_delay", "3600000");
        System.setProperty(SETTINGS + "default_jta_timeout", "300000");
        for (int i = 1; i <= MOST_PARTICIPANTS; i++) {
            idle.add(register("idle-" + i, new IdleXaResource(false)));
        }
        refusing = register("refusing", new IdleXaResource(true));
        manager.init();
    }

    private static XAResource register(String name, XAResource resource) {
        Configuration.addResource(new XATransactionalResource(name) {
            @Override
            protected XAResource refreshXAConnection() {
                return resource;
            }

            @Override
            public boolean usesXAResource(XAResource other) {
                return other == resource;
            }
        });
        return resource;
    }

    @Override
    public boolean transaction(int participants, boolean refuse) throws Exception {
        manager.begin();
        Transaction transaction = manager.getTransaction();
        for (int i = 0; i < participants; i++) {
            XAResource resource = refuse && i == 0 ? refusing : idle.get(i);
            transaction.enlistResource(resource);
            transaction.delistResource(resource, XAResource.TMSUCCESS);
        }
        try {
            manager.commit();
            return true;
        } catch (RollbackException | HeuristicMixedException | HeuristicRollbackException e) {
            if (refuse) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
