package dev.assent.store;

import dev.assent.protocol.TransactionId;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where the node of a transaction is that shares its znodes with others (section 1): at a place in a shared znode. The
 * shared znode's name is the id with place 00. Immutable.
 *
 * @param znode the shared znode's path
 * @param place which of those that share it
 */
record SharedPath(String znode, int place) {
    private static final String TRANSACTIONS = Paths.TRANSACTIONS + "/";
    private static final String PARTICIPANTS = Paths.PARTICIPANTS + "/";
    private static final String INBOX = "inbox/";
    private static final int DIGITS = 16;
    private static final int ALONE = 0;

    /** Where the node at {@code path} is, or nothing where it is a znode of its own. */
    static Optional<SharedPath> of(String path) {
        int end = idEnd(path);
        if (end < 0) {
            return Optional.empty();
        }
        int size = hex(path, end - 4);
        int place = hex(path, end - 2);
        return size < 2 || size > TransactionId.MOST_TOGETHER || place == ALONE || place > size
                ? Optional.empty()
                : Optional.of(new SharedPath(path.substring(0, end - 2) + "00" + path.substring(end), place));
    }

    /** Whether the znode at {@code path} is one that several transactions share. */
    static boolean isShared(String path) {
        int end = idEnd(path);
        if (end < 0) {
            return false;
        }
        int size = hex(path, end - 4);
        return size >= 2 && size <= TransactionId.MOST_TOGETHER && hex(path, end - 2) == ALONE;
    }

    /** How many transactions share the znode at {@code path} at most. */
    static int size(String path) {
        return hex(path, idEnd(path) - 4);
    }

    /** Whether the shared znode at {@code path} is an inbox's. */
    static boolean isInbox(String path) {
        return path.startsWith(PARTICIPANTS);
    }

    /** The znode of the records whose work the inbox znode at {@code path} holds. */
    static String recordOfInbox(String path) {
        return TRANSACTIONS + Paths.name(Paths.parent(path)) + "/" + Paths.name(path);
    }

    /** The znode of {@code participant}'s inbox entries for the records in the znode at {@code record}. */
    static String inbox(String participant, String record) {
        return Paths.inbox(participant) + "/" + Paths.name(Paths.parent(record)) + "/" + Paths.name(record);
    }

    /** The nodes that the znode at {@code path} may hold: itself, or what is at each place of a shared one. */
    static List<String> nodes(String path) {
        return isShared(path)
                ? IntStream.rangeClosed(1, size(path))
                        .mapToObj(place -> node(path, place))
                        .toList()
                : List.of(path);
    }

    /** The node at {@code place} of the shared znode at {@code path}. */
    static String node(String path, int place) {
        int end = idEnd(path);
        return path.substring(0, end - 2) + HexFormat.of().toHexDigits((byte) place) + path.substring(end);
    }

    /** Where the id of a record, a slot or an inbox entry ends, -1 where {@code path} has none. */
    private static int idEnd(String path) {
        int generation;
        if (path.startsWith(TRANSACTIONS)) {
            generation = TRANSACTIONS.length();
        } else if (path.startsWith(PARTICIPANTS)) {
            int inbox = path.indexOf('/', PARTICIPANTS.length()) + 1;
            if (inbox == 0 || !path.startsWith(INBOX, inbox)) {
                return -1;
            }
            generation = inbox + INBOX.length();
        } else {
            return -1;
        }
        int start = path.indexOf('/', generation) + 1;
        if (start == 0) {
            return -1;
        }
        int slash = path.indexOf('/', start);
        int end = slash < 0 ? path.length() : slash;
        int dash = path.indexOf('-', start);
        return dash > start && end - dash == DIGITS + 1 && isId(path, start, dash, end) ? end : -1;
    }

    private static boolean isId(String path, int start, int dash, int end) {
        for (int i = start; i < end; i++) {
            char c = path.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            if (i != dash && !digit && (i < dash || c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    private static int hex(String path, int start) {
        return Character.digit(path.charAt(start), 16) * 16 + Character.digit(path.charAt(start + 1), 16);
    }
}
