package dev.assent.store;

/** Content of a node outside its schema: to be reported and stepped over (rule 12). */
public final class MalformedRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
