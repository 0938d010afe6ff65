package dev.assent.adapter.xa;

import dev.assent.participant.HeuristicException;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import java.util.Optional;
import javax.transaction.xa.XAException;

/** What the error codes of XA mean here (X/Open XA, section 4.3 and table of return codes). */
final class XaCodes {
    private XaCodes() {}

    /** Whether the resource manager says that it rolled the branch back. */
    static boolean rolledBack(XAException e) {
        return e.errorCode >= XAException.XA_RBBASE && e.errorCode <= XAException.XA_RBEND;
    }

    /** Whether the resource manager says that it does not know the branch, which is no evidence of anything. */
    static boolean unknownBranch(XAException e) {
        return e.errorCode == XAException.XAER_NOTA;
    }

    /** Whether no answer came, so that the call may have had its effect. */
    static boolean unanswered(XAException e) {
        return e.errorCode == XAException.XAER_RMFAIL || e.errorCode == 0;
    }

    /** How the resource manager ended the branch by its own decision, if it says so. */
    static Optional<BranchOutcome> heuristic(XAException e) {
        return switch (e.errorCode) {
            case XAException.XA_HEURCOM -> Optional.of(BranchOutcome.HEURISTIC_COMMIT);
            case XAException.XA_HEURRB -> Optional.of(BranchOutcome.HEURISTIC_ROLLBACK);
            case XAException.XA_HEURMIX -> Optional.of(BranchOutcome.HEURISTIC_MIXED);
            case XAException.XA_HEURHAZ -> Optional.of(BranchOutcome.HEURISTIC_HAZARD);
            default -> Optional.empty();
        };
    }

    static HeuristicException told(BranchOutcome outcome, BranchId branch, XAException e) {
        return new HeuristicException(outcome, "the resource ended branch " + branch + " by itself: " + describe(e));
    }

    /** One line for people. */
    static String describe(Throwable e) {
        StringBuilder text = new StringBuilder(own(e));
        Throwable cause = e.getCause();
        for (int depth = 0; cause != null && depth < 3; depth++) {
            if (cause.getMessage() != null && text.indexOf(cause.getMessage()) < 0) {
                text.append(": ").append(cause.getMessage());
            }
            cause = cause.getCause();
        }
        return text.toString().strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    private static String own(Throwable e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        if (e instanceof XAException xa) {
            return name(xa.errorCode) + (message.isEmpty() ? "" : " (" + message + ")");
        }
        return message.isEmpty() ? e.toString() : message;
    }

    private static String name(int code) {
        return switch (code) {
            case XAException.XAER_ASYNC -> "XAER_ASYNC";
            case XAException.XAER_RMERR -> "XAER_RMERR";
            case XAException.XAER_NOTA -> "XAER_NOTA";
            case XAException.XAER_INVAL -> "XAER_INVAL";
            case XAException.XAER_PROTO -> "XAER_PROTO";
            case XAException.XAER_RMFAIL -> "XAER_RMFAIL";
            case XAException.XAER_DUPID -> "XAER_DUPID";
            case XAException.XAER_OUTSIDE -> "XAER_OUTSIDE";
            case XAException.XA_HEURCOM -> "XA_HEURCOM";
            case XAException.XA_HEURRB -> "XA_HEURRB";
            case XAException.XA_HEURMIX -> "XA_HEURMIX";
            case XAException.XA_HEURHAZ -> "XA_HEURHAZ";
            case XAException.XA_RETRY -> "XA_RETRY";
            case XAException.XA_RBROLLBACK -> "XA_RBROLLBACK";
            case XAException.XA_RBCOMMFAIL -> "XA_RBCOMMFAIL";
            case XAException.XA_RBDEADLOCK -> "XA_RBDEADLOCK";
            case XAException.XA_RBINTEGRITY -> "XA_RBINTEGRITY";
            case XAException.XA_RBTIMEOUT -> "XA_RBTIMEOUT";
            default -> "XA error " + code;
        };
    }
}
