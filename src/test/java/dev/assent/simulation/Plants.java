package dev.assent.simulation;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.CommitProtocol;
import dev.assent.protocol.PlantedProtocol;
import dev.assent.protocol.RecoveryStep;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Store;
import dev.assent.store.UnpackedTree;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The guards of the rules, each with a plant that takes it away; the names are the design page's. */
enum Plants {
    VOTE_RECORD_CHECK(store((ops, i) -> isRecordCheck(ops.get(i)) && has(ops, Plants::isVote) ? -1 : 0)),
    NO_BEFORE_ROLLBACK(branch("VOTING_YES READ_EMPTY UNDOING ROLL_BACK")),
    OWN_ATTEMPT_STANDS(branch("VOTING_YES READ_OWN_YES UNDOING ROLL_BACK")),
    SEALED_MEANS_UNKNOWN(protocol(new PlantedProtocol("", "", "REPLAYING CANNOT_BEGIN BEGINNING BEGIN_NEW_ID"))),
    ABORT_SLOT_CHECK(store((ops, i) -> isSlotCheck(ops.get(i)) && aborts(ops, false) ? -1 : 0)),
    OPERATOR_ABORT_SLOT_CHECK(store((ops, i) -> isSlotCheck(ops.get(i)) && aborts(ops, true) ? -1 : 0)),
    SEALING(store((ops, i) -> isGeneration(ops.get(i)) && ops.get(i).kind() == Op.Kind.CHECK ? -1 : 0)),
    RECOVERY_QUORUM_WRITE(
            protocol(PlantedProtocol.recoveryOrder(RecoveryStep.LIST_BRANCHES, RecoveryStep.READ_RECORDS))),
    LIST_BEFORE_WRITE(protocol(PlantedProtocol.recoveryOrder(
            RecoveryStep.QUORUM_WRITE, RecoveryStep.READ_RECORDS, RecoveryStep.LIST_BRANCHES))),
    ACK_BEFORE_COLLECTION(protocol(new PlantedProtocol("COMMITTED READ_COMMIT SETTLED", "", ""))),
    ACK_AFTER_APPLY(branch("IN_DOUBT READ_COMMIT ACKNOWLEDGING ACKNOWLEDGE")),
    COLLECTION_IN_ONE_MULTI(store((ops, i) -> isRecordDelete(ops.get(i)) ? 1 : 0)),
    CLOSED_LIST(new Plant() {
        @Override
        CommitProtocol protocol() {
            return PlantedProtocol.openListCommits();
        }

        @Override
        Store wrap(Store store) {
            return new PlantedStore(store, (ops, i) -> isListOp(ops.get(i), Op.Kind.CHECK) ? -1 : 0);
        }
    }),
    NON_EMPTY_LIST(protocol(PlantedProtocol.emptyListCommits())),
    ABORT_CREATES_LIST(
            store((ops, i) -> isListOp(ops.get(i), Op.Kind.CREATE) && has(ops, Plants::isDecision) ? -1 : 0)),
    NAMED_ATTEMPT(protocol(PlantedProtocol.anyAttemptPrepares())),
    DELEGATED_READ_BACK(branch("DELEGATING WRITE_UNSURE COMMITTING_ONE_PHASE COMMIT_ONE_PHASE")),
    DELEGATED_FENCE(new Plant() {
        @Override
        SimulatedResource resource(
                SimulatedDatabase database, SimulatedResource.Conditions conditions, Rng rng, ResourceChecker checker) {
            return new SimulatedResource(database, conditions, rng, checker) {
                @Override
                protected void fence(BranchId branch) {}
            };
        }
    }),
    EPOCH_CHECK(store(
            (ops, i) -> ops.get(i).kind() == Op.Kind.CHECK && ops.get(i).path().equals(Paths.EPOCH) ? -1 : 0)),
    PACKED_CHANGE_CHECK(new Plant() {
        @Override
        Store below(Store store) {
            return PlantedStore.anyVersion(store, op -> isPackedZnode(op) && op.kind() == Op.Kind.SET);
        }
    }),
    PACKED_CHECK(new Plant() {
        @Override
        Store below(Store store) {
            return PlantedStore.anyVersion(store, op -> isPackedZnode(op) && op.kind() == Op.Kind.CHECK);
        }
    }),
    PACKED_LOST_MULTI(new Plant() {
        @Override
        Store below(Store store) {
            return PlantedStore.persistent(store, Plants::isPackedZnode);
        }
    });

    private final Plant plant;

    Plants(Plant plant) {
        this.plant = plant;
    }

    Plant plant() {
        return plant;
    }

    private static Plant protocol(CommitProtocol planted) {
        return new Plant() {
            @Override
            CommitProtocol protocol() {
                return planted;
            }
        };
    }

    private static Plant branch(String row) {
        return protocol(new PlantedProtocol("", row, ""));
    }

    private static Plant store(PlantedStore.Rewriting rewriting) {
        return new Plant() {
            @Override
            Store wrap(Store store) {
                return new PlantedStore(store, rewriting);
            }
        };
    }

    private static boolean has(List<Op> ops, java.util.function.Predicate<Op> kind) {
        return ops.stream().anyMatch(kind);
    }

    private static int depth(Op op) {
        return op.path().startsWith(Paths.TRANSACTIONS + "/")
                ? (int) op.path().chars().filter(c -> c == '/').count()
                : 0;
    }

    private static boolean isPackedZnode(Op op) {
        return UnpackedTree.isPacked(op.path());
    }

    private static boolean isGeneration(Op op) {
        return depth(op) == 2;
    }

    private static boolean isRecordCheck(Op op) {
        return depth(op) == 3 && op.kind() == Op.Kind.CHECK;
    }

    private static boolean isRecordDelete(Op op) {
        return depth(op) == 3 && op.kind() == Op.Kind.DELETE;
    }

    private static boolean isDecision(Op op) {
        return depth(op) == 3 && op.kind() == Op.Kind.SET;
    }

    private static boolean isVote(Op op) {
        return depth(op) == 4 && op.kind() == Op.Kind.SET && op.version() == 0;
    }

    private static boolean isSlotCheck(Op op) {
        return depth(op) == 4 && op.kind() == Op.Kind.CHECK;
    }

    private static boolean isListOp(Op op, Op.Kind kind) {
        return depth(op) == 4 && op.kind() == kind && Paths.name(op.path()).equals(Paths.LIST);
    }

    /** Whether a multi decides ABORT, asked for by an operator or not. */
    private static boolean aborts(List<Op> ops, boolean operator) {
        return has(ops, op -> {
            String data = isDecision(op) ? new String(op.data(), StandardCharsets.UTF_8) : "";
            return data.contains("\"ABORT\"") && data.contains("\"operation ") == operator;
        });
    }
}
