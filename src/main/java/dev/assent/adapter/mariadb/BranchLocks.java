package dev.assent.adapter.mariadb;

import dev.assent.protocol.BranchId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Two locks of the server for each branch ({@code GET_LOCK}), which go with their session and which the server releases
 * only after it has let go of that session's xid. The first belongs to the session that works in the branch or has
 * prepared it, and tells others which one that is. Whoever is about to kill that session takes the second one before it
 * asks; and who gives the first one back has to have the second meanwhile. So nobody is killed who has something else to
 * do by now. Immutable.
 */
final class BranchLocks {
    private static final int HASH_BYTES = 24;
    private static final String YES = "1";
    private static final String BOTH = "2";

    private final BranchId branch;
    private final String owner;
    private final String finisher;

    BranchLocks(BranchId branch) {
        this.branch = branch;
        String hash = HexFormat.of().formatHex(sha256(branch.toString()), 0, HASH_BYTES);
        this.owner = "'assent_" + hash + "_owner'";
        this.finisher = "'assent_" + hash + "_end'";
    }

    /** The lock that its owner holds, as SQL spells it. */
    String ownerName() {
        return owner;
    }

    /** The lock that is held by whoever ends the owner, as SQL spells it. */
    String finisherName() {
        return finisher;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Makes the session the branch's owner, unless there is one already. */
    boolean own(Session session, int waitSeconds) throws SQLException {
        return take(session, owner, waitSeconds);
    }

    /**
     * Gives up what {@link #own} took.
     *
     * @throws SQLException if the session is about to be killed or can own the branch no more: it is to be broken off
     */
    void disown(Session session) throws SQLException {
        Optional<String> released = session.ask("select if(get_lock(" + finisher + ", " + session.waitSeconds()
                + ") = 1, release_lock(" + owner + ") + release_lock(" + finisher + "), 0)");
        if (!released.equals(Optional.of(BOTH))) {
            throw new SQLException("the locks of branch " + branch + " are not given up");
        }
    }

    /**
     * Kills the session that owns the branch and makes this one its owner; to be followed by {@link #leave} in any case.
     *
     * @throws SQLException if that takes too long: to be asked again
     */
    void takeOver(Session session) throws SQLException {
        if (!take(session, finisher, session.waitSeconds())) {
            throw new SQLException("branch " + branch + " is being finished by another connection; to be asked again");
        }
        Optional<String> who = session.ask("select is_used_lock(" + owner + ")");
        if (who.isPresent()) {
            kill(session, who.get());
        }
        if (!own(session, session.waitSeconds())) {
            throw new SQLException("connection " + who.orElse("?") + " of the server, which owns branch " + branch
                    + ", was killed and does not end within " + session.waitSeconds() + " s; to be asked again");
        }
    }

    private static void kill(Session session, String connection) throws SQLException {
        try {
            session.execute("kill connection " + connection);
        } catch (SQLException e) {
            if (e.getErrorCode() != ErrorCode.NO_SUCH_THREAD) {
                throw e;
            }
        }
    }

    /** Gives up whatever {@link #takeOver} took. */
    void leave(Session session) throws SQLException {
        session.ask("select release_lock(" + owner + "), release_lock(" + finisher + ")");
    }

    private static boolean take(Session session, String lock, int waitSeconds) throws SQLException {
        return session.ask("select get_lock(" + lock + ", " + waitSeconds + ")").equals(Optional.of(YES));
    }
}
