package dev.assent.adapter.file;

import dev.assent.adapter.RefusedException;
import java.io.IOException;
import java.util.Optional;

/**
 * The committed files as one branch sees them. What was read stays as it is until the branch ends: reading a path locks
 * it against every change by another branch. Valid only during the call that it was handed to; not thread-safe.
 */
public interface FileView {
    /**
     * The content of the file at {@code path}, empty where there is none.
     *
     * @throws RefusedException if the path is not allowed, the file is larger than the resource's bound, or another
     *     branch is about to change it; to be let through, so that the branch votes NO
     */
    Optional<byte[]> read(String path) throws IOException, RefusedException;
}
