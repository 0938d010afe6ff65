package dev.assent.adapter.jdbc;

/** The work is refused: the branch votes NO with this message. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    public RefusedException(String reason) {
        super(reason);
    }
}
