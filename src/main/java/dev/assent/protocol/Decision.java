package dev.assent.protocol;

/** The coordinator's one decision about a transaction. */
public enum Decision {
    COMMIT,
    ABORT
}
