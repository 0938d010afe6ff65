package dev.assent.lab.bench;

import io.seata.core.context.RootContext;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.Resource;
import io.seata.core.model.ResourceManager;
import io.seata.core.rpc.netty.RmNettyRemotingClient;
import io.seata.rm.AbstractRMHandler;
import io.seata.rm.AbstractResourceManager;
import io.seata.rm.DefaultResourceManager;
import io.seata.tm.TMClient;
import io.seata.tm.api.GlobalTransaction;
import io.seata.tm.api.GlobalTransactionContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Seata's client: each participant registers a branch in TCC mode, whose first phase does nothing, and the server calls it back
 * to commit. Only in the network of its own where its servers are.
 */
final class SeataTransactions implements BlockingTransactions {
    static final String GROUP = "bench";

    private static final int TIMEOUT_MILLIS = 300_000;
    private static final int MOST_PARTICIPANTS = 16;
    private static final String RESOURCE = "idle-";

    private final IdleManager manager = new IdleManager();

    SeataTransactions() {
        RmNettyRemotingClient participants = RmNettyRemotingClient.getInstance(GROUP, GROUP);
        DefaultResourceManager.mockResourceManager(BranchType.TCC, manager);
        participants.setResourceManager(manager);
        participants.setTransactionMessageHandler(new Handler(manager));
        participants.init();
        for (int i = 1; i <= MOST_PARTICIPANTS; i++) {
            manager.registerResource(new Idle(RESOURCE + i));
        }
        TMClient.init(GROUP, GROUP);
    }

    @Override
    public boolean transaction(int participants, boolean refuse) throws Exception {
        GlobalTransaction transaction = GlobalTransactionContext.createNew();
        try {
            transaction.begin(TIMEOUT_MILLIS, GROUP);
            for (int i = 1; i <= participants; i++) {
                manager.branchRegister(BranchType.TCC, RESOURCE + i, null, transaction.getXid(), "{}", null);
            }
            if (refuse) {
                transaction.rollback();
            } else {
                transaction.commit();
            }
            return !refuse;
        } finally {
            RootContext.unbind();
        }
    }

    @Override
    public void close() {
        // The process ends, and its servers with it.
    }

    /** A resource that does nothing. */
    private record Idle(String id) implements Resource {
        @Override
        public String getResourceGroupId() {
            return GROUP;
        }

        @Override
        public String getResourceId() {
            return id;
        }

        @Override
        public BranchType getBranchType() {
            return BranchType.TCC;
        }
    }

    private static final class IdleManager extends AbstractResourceManager {
        private final Map<String, Resource> resources = new ConcurrentHashMap<>();

        @Override
        public void registerResource(Resource resource) {
            resources.put(resource.getResourceId(), resource);
            super.registerResource(resource);
        }

        @Override
        public Map<String, Resource> getManagedResources() {
            return resources;
        }

        @Override
        public BranchType getBranchType() {
            return BranchType.TCC;
        }

        @Override
        public BranchStatus branchCommit(BranchType type, String xid, long branch, String resource, String data) {
            return BranchStatus.PhaseTwo_Committed;
        }

        @Override
        public BranchStatus branchRollback(BranchType type, String xid, long branch, String resource, String data) {
            return BranchStatus.PhaseTwo_Rollbacked;
        }
    }

    private static final class Handler extends AbstractRMHandler {
        private final ResourceManager manager;

        private Handler(ResourceManager manager) {
            this.manager = manager;
        }

        @Override
        protected ResourceManager getResourceManager() {
            return manager;
        }

        @Override
        public BranchType getBranchType() {
            return BranchType.TCC;
        }
    }
}
