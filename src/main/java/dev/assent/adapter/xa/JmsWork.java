package dev.assent.adapter.xa;

import dev.assent.adapter.RefusedException;
import dev.assent.protocol.BranchId;
import jakarta.jms.JMSException;
import jakarta.jms.Session;

/**
 * Does the work of a branch that an initiator sent as a payload: sends and receives messages. Must be thread-safe and
 * leave the session open: commit, rollback, close, message listeners and completion listeners are refused. It may run
 * again for the same branch after a failure, on a new session, when nothing of the earlier run is left.
 */
@FunctionalInterface
public interface JmsWork {
    /**
     * Works on {@code session}. Work that creates neither a producer nor a consumer changes nothing, and the branch votes
     * READ_ONLY.
     *
     * @throws RefusedException if the payload makes no sense or a condition does not hold: the branch votes NO
     * @throws JMSException if a call failed, also where the session would go on after it: the branch votes NO
     */
    void run(Session session, BranchId branch, byte[] payload) throws JMSException, RefusedException;
}
