package dev.assent.lab.bench;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** A participant that does nothing, for transaction managers that ask for XA resources. Thread-safe. */
final class IdleXaResource implements XAResource {
    private final boolean refuses;

    /** @param refuses whether it refuses every branch when asked to prepare it */
    IdleXaResource(boolean refuses) {
        this.refuses = refuses;
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        if (refuses) {
            throw new XAException(XAException.XA_RBROLLBACK);
        }
        return XA_OK;
    }

    @Override
    public void start(Xid xid, int flags) {}

    @Override
    public void end(Xid xid, int flags) {}

    @Override
    public void commit(Xid xid, boolean onePhase) {}

    @Override
    public void rollback(Xid xid) {}

    @Override
    public void forget(Xid xid) {}

    @Override
    public Xid[] recover(int flag) {
        return new Xid[0];
    }

    @Override
    public boolean isSameRM(XAResource other) {
        return other == this;
    }

    @Override
    public int getTransactionTimeout() {
        return 0;
    }

    @Override
    public boolean setTransactionTimeout(int seconds) {
        return true;
    }
}
