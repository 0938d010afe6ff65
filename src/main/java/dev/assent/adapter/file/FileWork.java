package dev.assent.adapter.file;

import dev.assent.adapter.RefusedException;
import dev.assent.protocol.BranchId;
import java.io.IOException;
import java.util.List;

/**
 * Turns an initiator's payload into changes of files. Depends on nothing but its arguments and has no side effect: it
 * runs again after a crash and while it waits for a lock. Called with the directory's mutex held, so it should be short.
 * Must be thread-safe.
 */
@FunctionalInterface
public interface FileWork {
    /**
     * What the branch changes; nothing at all makes its vote READ_ONLY.
     *
     * @throws RefusedException if the payload makes no sense or a condition does not hold: the branch votes NO
     */
    List<FileChange> changes(BranchId branch, byte[] payload, FileView committed) throws IOException, RefusedException;
}
