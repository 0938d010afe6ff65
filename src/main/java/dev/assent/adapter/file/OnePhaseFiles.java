package dev.assent.adapter.file;

import dev.assent.participant.HeuristicException;
import dev.assent.participant.OnePhaseResource;
import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.BranchOutcome;
import java.io.IOException;
import java.util.Collection;
import java.util.UUID;

/**
 * A {@link FileResource} that also commits in one phase: the marker of a committed branch proves it, the one of a rolled
 * back branch is the fence. Between the rename that prepares and the last one that commits, either end is still possible,
 * and whoever comes first decides it. Thread-safe.
 */
final class OnePhaseFiles implements OnePhaseResource {
    private final FileResource files;

    OnePhaseFiles(FileResource files) {
        this.files = files;
    }

    @Override
    public OnePhase commitOnePhase(BranchId branch, byte[] payload) throws IOException, HeuristicException {
        if (files.prepareWithMarker(branch, payload).answer() == Prepared.Answer.NO) {
            return fence(branch);
        }
        try {
            files.commit(branch);
            return OnePhase.COMMITTED;
        } catch (HeuristicException e) {
            return fencedOrThrow(e);
        }
    }

    @Override
    public OnePhase resolve(BranchId branch) throws IOException, HeuristicException {
        return fence(branch);
    }

    /** Whoever finds the branch prepared may end it either way: nobody was told anything yet. */
    private OnePhase fence(BranchId branch) throws IOException, HeuristicException {
        try {
            files.rollback(branch);
            return OnePhase.FENCED;
        } catch (HeuristicException e) {
            return fencedOrThrow(e);
        }
    }

    private static OnePhase fencedOrThrow(HeuristicException e) throws HeuristicException {
        if (e.outcome() == BranchOutcome.HEURISTIC_COMMIT) {
            return OnePhase.COMMITTED;
        }
        if (e.outcome() == BranchOutcome.HEURISTIC_ROLLBACK) {
            return OnePhase.FENCED;
        }
        throw e;
    }

    @Override
    public String kind() {
        return files.kind();
    }

    @Override
    public String identity() {
        return files.identity();
    }

    @Override
    public Prepared prepare(BranchId branch, byte[] payload) throws IOException {
        return files.prepare(branch, payload);
    }

    @Override
    public void commit(BranchId branch) throws IOException, HeuristicException {
        files.commit(branch);
    }

    @Override
    public void rollback(BranchId branch) throws IOException, HeuristicException {
        files.rollback(branch);
    }

    @Override
    public Collection<BranchId> recover(String participant) throws IOException {
        return files.recover(participant);
    }

    @Override
    public void forgetBefore(UUID installation, long generation) throws IOException {
        files.forgetBefore(installation, generation);
    }
}
