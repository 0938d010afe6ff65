package dev.assent.store;

/** A read that could not be answered. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Kind {
        /** Not connected; the session may live on: ask again once connected. */
        DISCONNECTED,
        /** The session ended: ask again on another one. */
        SESSION_ENDED,
        /** No permission to read. */
        NO_AUTH,
        /** An answer outside the protocol. */
        OTHER
    }

    private final Kind kind;

    public StoreException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public StoreException(Kind kind, String message) {
        this(kind, message, null);
    }

    public Kind kind() {
        return kind;
    }
}
