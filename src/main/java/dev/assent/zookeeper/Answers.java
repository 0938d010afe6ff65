package dev.assent.zookeeper;

import dev.assent.store.Op;
import dev.assent.store.StoreException;
import dev.assent.store.WriteResult;
import dev.assent.store.WriteResult.Status;
import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;

/** ZooKeeper's result codes in the terms of the store. Stateless. */
final class Answers {
    private Answers() {}

    /**
     * What became of a multi. Only an answer that lists a result for each operation is one: whatever else the client
     * reports, timeouts and a session that ended included, leaves open what the servers did, or will do, with it.
     *
     * @param results a result for each operation, or null where no answer came
     */
    static WriteResult write(int code, List<OpResult> results, List<Op> operations) {
        if (code == Code.OK.intValue()) {
            return WriteResult.OK;
        }
        if (results != null) {
            for (int i = 0; i < results.size() && i < operations.size(); i++) {
                if (results.get(i) instanceof OpResult.ErrorResult error && isReason(error.getErr())) {
                    return refused(error.getErr(), i, operations);
                }
            }
        }
        return WriteResult.lost(name(code) + " instead of an answer to " + describe(operations));
    }

    /** Operations before the one that failed are OK, or inconsistent where the client refuses; those after it inconsistent. */
    private static boolean isReason(int code) {
        return code != Code.OK.intValue() && code != Code.RUNTIMEINCONSISTENCY.intValue();
    }

    /** The servers carried out nothing and said which operation comes first of those that failed. */
    private static WriteResult refused(int code, int index, List<Op> operations) {
        String detail =
                name(code) + " at " + operations.get(index) + ", operation " + (index + 1) + " of " + operations.size();
        return switch (code(code)) {
            case BADVERSION -> WriteResult.failed(Status.BAD_VERSION, index, detail);
            case NONODE -> WriteResult.failed(Status.NO_NODE, index, detail);
            case NODEEXISTS -> WriteResult.failed(Status.NODE_EXISTS, index, detail);
            case NOTEMPTY -> WriteResult.failed(Status.NOT_EMPTY, index, detail);
            case NOAUTH -> WriteResult.failed(Status.NO_AUTH, index, detail);
            case NOCHILDRENFOREPHEMERALS, BADARGUMENTS, INVALIDACL, QUOTAEXCEEDED, EPHEMERALONLOCALSESSION ->
                WriteResult.failed(Status.REFUSED, index, detail);
            default -> WriteResult.lost(detail);
        };
    }

    static StoreException read(int code, String what) {
        StoreException.Kind kind = switch (code(code)) {
            case CONNECTIONLOSS, OPERATIONTIMEOUT, REQUESTTIMEOUT, SESSIONMOVED -> StoreException.Kind.DISCONNECTED;
            case SESSIONEXPIRED, AUTHFAILED, SESSIONCLOSEDREQUIRESASLAUTH -> StoreException.Kind.SESSION_ENDED;
            case NOAUTH -> StoreException.Kind.NO_AUTH;
            default -> StoreException.Kind.OTHER;
        };
        return new StoreException(kind, name(code) + " instead of an answer to " + what);
    }

    static String describe(List<Op> operations) {
        return operations.size() == 1
                ? operations.get(0).toString()
                : operations.size() + " operations from " + operations.get(0) + " on";
    }

    private static Code code(int code) {
        Code known = Code.get(code);
        return known == null ? Code.SYSTEMERROR : known;
    }

    private static String name(int code) {
        return code(code) + " (" + code + ")";
    }
}
