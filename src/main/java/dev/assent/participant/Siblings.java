package dev.assent.participant;

import dev.assent.protocol.TransactionId;
import dev.assent.store.MalformedRecordException;
import dev.assent.store.Node;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The running instances of this participant, as last read. A hint: it spares double work and says when to take over,
 * and nothing is safe or unsafe because of it (rule 9). Lives on the loop.
 */
final class Siblings {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final Instance at;
    private SortedMap<String, Records.Presence> present = new TreeMap<>();

    Siblings(Instance at) {
        this.at = at;
    }

    /** Reads who is there; answers whether somebody went since the last time. */
    CompletableFuture<Boolean> refresh(Session session) {
        return session.children(Paths.instances(at.name))
                .thenCompose(names -> read(session, names.orElse(List.of())))
                .thenApply(read -> {
                    boolean gone = !read.values().containsAll(present.values());
                    present = read;
                    return gone;
                });
    }

    private CompletableFuture<SortedMap<String, Records.Presence>> read(Session session, List<String> names) {
        SortedMap<String, Records.Presence> read = new TreeMap<>();
        List<CompletableFuture<?>> reads = new ArrayList<>();
        for (String name : names.stream().sorted().toList()) {
            String path = Paths.instance(at.name, name);
            reads.add(at.stepOver(session.read(path), path, Optional.empty())
                    .thenAccept(node -> decode(name, node, read)));
        }
        return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)).thenApply(all -> read);
    }

    private void decode(String name, Optional<Node> node, SortedMap<String, Records.Presence> into) {
        try {
            node.ifPresent(found -> into.put(name, Records.presence(found.data())));
        } catch (MalformedRecordException e) {
            at.report(Paths.instance(at.name, name), "stepped over: " + e.getMessage());
        }
    }

    /** Whether a running process works under {@code attempt}, this one included. */
    boolean present(String attempt) {
        return attempt.equals(at.attempt)
                || present.values().stream()
                        .anyMatch(presence -> presence.attempt().equals(attempt));
    }

    /** What the tree says about this instance's own presence. */
    Optional<Records.Presence> own() {
        return Optional.ofNullable(present.get(at.id));
    }

    /** Whether this instance is the one that takes {@code work} first: highest random weight (Thaler and Ravishankar, 1998). */
    boolean prefers(TransactionId id) {
        if (present.isEmpty() || (present.size() == 1 && present.containsKey(at.id))) {
            return true;
        }
        String work = id.toString();
        return present.keySet().stream()
                .max(Comparator.comparingLong((String instance) -> weight(work, instance))
                        .thenComparing(Comparator.naturalOrder()))
                .map(first -> first.equals(at.id))
                .orElse(true);
    }

    // FNV-1a, finished with the mix of SplitMix64 so that near names weigh far apart.
    private static long weight(String work, String instance) {
        long hash = FNV_OFFSET;
        for (byte b : (work + '/' + instance).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }
}
