package dev.assent.adapter.file;

import dev.assent.adapter.RefusedException;

/** A path belongs to another branch that is prepared and not yet ended. */
final class LockedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    LockedException(String reason) {
        super(reason);
    }
}
