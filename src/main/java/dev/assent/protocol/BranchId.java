package dev.assent.protocol;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names one instance's work for one global transaction inside a resource: the installation, the transaction, the
 * participant and an attempt that is unique to one process start. Written
 * {@code assent_<installation>_<txid>_<participant>_<attempt>}: at most 129 characters of {@code [a-z0-9_-]}, fit for a
 * file name, a PostgreSQL gid or a Kafka transactional.id. Immutable.
 *
 * @param installation the tree's UUID; a branch of another installation is never touched (rule 5)
 * @param transaction the global transaction
 * @param participant the participant's name
 * @param attempt 16 hexadecimal digits, drawn once at each process start
 */
public record BranchId(UUID installation, TransactionId transaction, String participant, String attempt) {
    private static final Pattern TEXT =
            Pattern.compile("assent_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([0-9]{1,18}-[0-9a-f]{16})"
                    + "_([a-z0-9-]{1,32})_([0-9a-f]{16})");

    public BranchId {
        Names.require("participant", participant);
        if (!Hex.isLast(attempt, 0)) {
            throw new IllegalArgumentException("attempt '" + attempt + "' is not 16 hexadecimal digits");
        }
    }

    /** Reads a branch id, or nothing where {@code text} is not one of Assent's. */
    public static Optional<BranchId> tryParse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return TransactionId.tryParse(matcher.group(2))
                .map(id -> new BranchId(UUID.fromString(matcher.group(1)), id, matcher.group(3), matcher.group(4)));
    }

    @Override
    public String toString() {
        return "assent_" + installation + "_" + transaction + "_" + participant + "_" + attempt;
    }
}
