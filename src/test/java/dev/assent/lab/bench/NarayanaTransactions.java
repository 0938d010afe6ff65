package dev.assent.lab.bench;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.internal.arjuna.objectstore.hornetq.HornetqJournalEnvironmentBean;
import com.arjuna.ats.internal.arjuna.objectstore.hornetq.HornetqObjectStoreAdaptor;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.core.io.aio.AIOSequentialFileFactory;

/**
 * Narayana, either with its default store or with its journal store tuned: asynchronous I/O where the system has it, and more
 * flushes a second. Both force their log to the disk. One in a JVM.
 */
final class NarayanaTransactions implements BlockingTransactions {
    private static final int FLUSHES_PER_SECOND = 10_000;
    private static final int WRITES_AT_ONCE = 500;
    private static final int TIMEOUT_SECONDS = 300;
    private static final List<String> OTHER_STORES = List.of("communicationStore", "stateStore");

    private final TransactionManager manager;
    private final String remark;

    NarayanaTransactions(Path directory, boolean journal) throws Exception {
        Path logs = Files.createDirectories(directory.resolve(journal ? "narayana-journal" : "narayana"));
        arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier("bench");
        arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false);
        ObjectStoreEnvironmentBean store = arjPropertyManager.getObjectStoreEnvironmentBean();
        store.setObjectStoreDir(logs.resolve("store").toString());
        for (String other : OTHER_STORES) {
            BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, other)
                    .setObjectStoreDir(logs.resolve(other).toString());
        }
        if (journal) {
            boolean asynchronous = AIOSequentialFileFactory.isSupported();
            store.setObjectStoreType(HornetqObjectStoreAdaptor.class.getName());
            HornetqJournalEnvironmentBean settings =
                    BeanPopulator.getDefaultInstance(HornetqJournalEnvironmentBean.class);
            settings.setStoreDir(logs.resolve("journal").toString());
            settings.setAsyncIO(asynchronous);
            if (asynchronous) {
                settings.setMaxIO(WRITES_AT_ONCE);
            }
            settings.setBufferFlushesPerSecond(FLUSHES_PER_SECOND);
            remark = asynchronous
                    ? "journal with AIO"
                    : "journal with NIO, because this machine has no AIO (is libaio installed?)";
        } else {
            remark = "";
        }
        manager = com.arjuna.ats.jta.TransactionManager.transactionManager();
        manager.setTransactionTimeout(TIMEOUT_SECONDS);
    }

    @Override
    public String remark() {
        return remark;
    }

    @Override
    public boolean transaction(int participants, boolean refuse) throws Exception {
        manager.begin();
        Transaction transaction = manager.getTransaction();
        List<IdleXaResource> resources = new ArrayList<>();
        for (int i = 0; i < participants; i++) {
            resources.add(new IdleXaResource(refuse && i == 0));
        }
        for (IdleXaResource resource : resources) {
            if (!transaction.enlistResource(resource)) {
                throw new IllegalStateException("Narayana did not enlist a resource");
            }
        }
        try {
            manager.commit();
            return true;
        } catch (RollbackException e) {
            if (refuse) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        // The process ends: there is nothing to recover.
    }
}
