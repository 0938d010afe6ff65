package dev.assent.lab.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A system that Assent is measured beside. */
enum Peer {
    ATOMIKOS("atomikos", 1),
    NARAYANA("narayana", 1),
    NARAYANA_JOURNAL("narayana-journal", 1),
    SEATA_FILE("seata-file", 1),
    SEATA_RAFT("seata-raft", 3);

    private final String label;
    private final int servers;

    Peer(String label, int servers) {
        this.label = label;
        this.servers = servers;
    }

    /** Its name in every report. */
    String label() {
        return label;
    }

    /** How many hold its log. */
    int servers() {
        return servers;
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(Peer::label).toList();
    }

    static Optional<Peer> of(String label) {
        return Arrays.stream(values()).filter(peer -> peer.label.equals(label)).findFirst();
    }

    /** Opens it in this JVM; its log goes below {@code directory}. */
    BlockingTransactions open(Path directory) throws Exception {
        return switch (this) {
            case ATOMIKOS -> new AtomikosTransactions(directory);
            case NARAYANA -> new NarayanaTransactions(directory, false);
            case NARAYANA_JOURNAL -> new NarayanaTransactions(directory, true);
            case SEATA_FILE, SEATA_RAFT -> throw new IllegalStateException(label + " runs in a network of its own");
        };
    }
}
