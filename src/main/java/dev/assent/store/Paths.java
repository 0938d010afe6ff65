package dev.assent.store;

import dev.assent.protocol.TransactionId;

/** Every path of the tree, relative to its root. The tree is a public interface (section 1 of the design page). */
public final class Paths {
    public static final String ROOT = "/";
    public static final String EPOCH = "/epoch";
    public static final String LEADER = "/leader";
    public static final String COORDINATORS = "/coordinators";
    public static final String PARTICIPANTS = "/participants";
    public static final String TRANSACTIONS = "/transactions";
    public static final String OPERATIONS = "/operations";
    public static final String HISTORY = "/history";
    /** The closed list's name under an enlisted record; no participant can be called so. */
    public static final String LIST = "_participants";

    private Paths() {}

    public static String coordinator(String id) {
        return COORDINATORS + "/" + id;
    }

    public static String participant(String name) {
        return PARTICIPANTS + "/" + name;
    }

    public static String instances(String participant) {
        return participant(participant) + "/instances";
    }

    public static String instance(String participant, String id) {
        return instances(participant) + "/" + id;
    }

    public static String inbox(String participant) {
        return participant(participant) + "/inbox";
    }

    public static String inbox(String participant, long generation) {
        return inbox(participant) + "/" + generation;
    }

    public static String inboxEntry(String participant, TransactionId id) {
        return inbox(participant, id.generation()) + "/" + id;
    }

    public static String heuristics(String participant) {
        return participant(participant) + "/heuristics";
    }

    public static String heuristic(String participant, TransactionId id) {
        return heuristics(participant) + "/" + id;
    }

    public static String generation(long generation) {
        return TRANSACTIONS + "/" + generation;
    }

    public static String record(TransactionId id) {
        return generation(id.generation()) + "/" + id;
    }

    public static String slot(TransactionId id, String participant) {
        return record(id) + "/" + participant;
    }

    public static String list(TransactionId id) {
        return record(id) + "/" + LIST;
    }

    /** A short-lived node whose time of creation is what the servers take for now; written by who shows ages to people. */
    public static String clock(String id) {
        return "/clock-" + id;
    }

    public static String operation(String id) {
        return OPERATIONS + "/" + id;
    }

    public static String history(long generation) {
        return HISTORY + "/" + generation;
    }

    /** One page of a generation's finished outcomes. */
    public static String historyPage(long generation, int page) {
        return history(generation) + "/" + String.format("page-%04d", page);
    }

    /** A finished transaction with a heuristic outcome, kept until an operator forgets it (rule 11). */
    public static String historyHeuristic(TransactionId id) {
        return history(id.generation()) + "/" + id;
    }

    /** The znode that holds the node at {@code path}: itself, or the one that several transactions share. */
    public static String znode(String path) {
        return SharedPath.of(path).map(SharedPath::znode).orElse(path);
    }

    /** The last component. */
    public static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The path without its last component. */
    public static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? ROOT : path.substring(0, slash);
    }
}
