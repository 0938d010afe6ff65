package dev.assent.adapter.xa;

import dev.assent.protocol.BranchId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls of XA, in Assent's terms. Stateless. */
final class XaBranches {
    private static final Logger LOG = LoggerFactory.getLogger(XaBranches.class);

    /** The answer to prepare. */
    enum Answer {
        PREPARED,
        READ_ONLY
    }

    private XaBranches() {}

    static void start(XaLink<?> link, BranchId branch) throws XAException {
        link.resource().start(BranchXid.of(branch), XAResource.TMNOFLAGS);
    }

    /** Ends the work of the branch and prepares it. */
    static Answer prepare(XaLink<?> link, BranchId branch) throws XAException {
        BranchXid xid = BranchXid.of(branch);
        link.resource().end(xid, XAResource.TMSUCCESS);
        return link.resource().prepare(xid) == XAResource.XA_RDONLY ? Answer.READ_ONLY : Answer.PREPARED;
    }

    /** Takes back a branch that was started on {@code link} and not prepared; the end of the link does it too. */
    static void cancel(XaLink<?> link, BranchId branch) {
        BranchXid xid = BranchXid.of(branch);
        try {
            link.resource().end(xid, XAResource.TMFAIL);
        } catch (XAException e) {
            // As XA_RB* and a branch whose association had ended before.
            LOG.debug("{}: end: {}", branch, XaCodes.describe(e));
        }
        try {
            link.resource().rollback(xid);
        } catch (XAException e) {
            LOG.debug("{}: rollback before prepare: {}", branch, XaCodes.describe(e));
        }
    }

    /** Every branch of Assent that the resource lists as prepared or ended by itself. */
    static List<BranchId> listed(XaLink<?> link) throws XAException {
        List<BranchId> found = new ArrayList<>();
        Xid[] xids = link.resource().recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
        if (xids != null) {
            for (Xid xid : xids) {
                BranchXid.parse(xid).ifPresent(found::add);
            }
        }
        return found;
    }

    static boolean listed(XaLink<?> link, BranchId branch) throws XAException {
        return listed(link).contains(branch);
    }

    /** Commits; nothing where the resource did so, else its answer. */
    static Optional<XAException> commit(XaLink<?> link, BranchId branch) {
        return tried(() -> link.resource().commit(BranchXid.of(branch), false));
    }

    /** As {@link #commit}. */
    static Optional<XAException> rollback(XaLink<?> link, BranchId branch) {
        return tried(() -> link.resource().rollback(BranchXid.of(branch)));
    }

    private interface Call {
        void make() throws XAException;
    }

    private static Optional<XAException> tried(Call call) {
        try {
            call.make();
            return Optional.empty();
        } catch (XAException e) {
            return Optional.of(e);
        }
    }

    static void forget(XaLink<?> link, BranchId branch) throws XAException {
        try {
            link.resource().forget(BranchXid.of(branch));
        } catch (XAException e) {
            if (!XaCodes.unknownBranch(e)) {
                throw e;
            }
        }
    }
}
