package dev.assent.participant;

import dev.assent.store.MalformedRecordException;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import dev.assent.store.WriteResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This participant's and this instance's own nodes: registration, presence, and an inbox directory for every existing
 * generation. All of it may be repeated. Lives on the loop.
 */
final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    /** What is not there yet, or not as it has to be; to be tried again. */
    static final class NotYetException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotYetException(String message) {
            super(message);
        }
    }

    private final Instance at;

    Membership(Instance at) {
        this.at = at;
    }

    /**
     * Makes sure that this session's reads see at least what any earlier one saw (rule 5), and reads which installation
     * this is.
     */
    CompletableFuture<UUID> arrive(Session session) {
        return session.barrier()
                .thenCompose(result -> {
                    if (!result.ok()) {
                        throw new NotYetException("no quorum write on this session: " + result);
                    }
                    return session.read(Paths.ROOT);
                })
                .thenApply(this::installation);
    }

    private UUID installation(Optional<Node> root) {
        UUID found = root.map(node -> Records.installation(node.data()))
                .orElseThrow(() -> new NotYetException("no coordinator has set up this tree yet; start one"));
        if (at.installation().filter(known -> !known.equals(found)).isPresent()) {
            throw new NotYetException("this is the tree of installation " + found + ", not of "
                    + at.installation().get() + " as before: nothing is done here; mend the connection or restart");
        }
        return found;
    }

    /** Creates the registration, with everything below it, unless it is there. */
    CompletableFuture<Void> register(Session session) {
        return session.read(Paths.participant(at.name))
                .thenCombine(session.children(Paths.participant(at.name)), Registered::new)
                .thenCompose(found -> {
                    compareKind(found.node());
                    return create(session, found);
                });
    }

    private record Registered(Optional<Node> node, Optional<List<String>> children) {}

    private CompletableFuture<Void> create(Session session, Registered found) {
        List<String> there = found.children().orElse(List.of());
        List<Op> missing = new ArrayList<>();
        if (found.node().isEmpty()) {
            missing.add(Op.create(Paths.participant(at.name), Records.registration(at.kind)));
        }
        List.of(Paths.instances(at.name), Paths.inbox(at.name), Paths.heuristics(at.name)).stream()
                .filter(path -> !there.contains(Paths.name(path)))
                .forEach(path -> missing.add(Op.createEmpty(path)));
        if (missing.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        // Another instance that was faster is met at the next try, with everything there.
        return session.write(missing).thenAccept(result -> {
            if (!result.ok()) {
                throw new NotYetException("cannot register: " + result);
            }
            LOG.info("{}: registered participant {} ({})", at, at.name, at.kind);
        });
    }

    private void compareKind(Optional<Node> registration) {
        try {
            registration
                    .map(node -> Records.registration(node.data()))
                    .filter(kind -> !kind.equals(at.kind))
                    .ifPresent(kind -> at.report(
                            Paths.participant(at.name),
                            "registered as kind '" + kind + "', this instance has a '" + at.kind + "'"));
        } catch (MalformedRecordException e) {
            at.report(Paths.participant(at.name), e.getMessage());
        }
    }

    /**
     * Creates this instance's presence. One left by an earlier process of the same id, or by this one's earlier session,
     * is replaced: an id belongs to one running process.
     */
    CompletableFuture<Void> appear(Session session) {
        if (at.closing()) {
            return CompletableFuture.failedFuture(new NotYetException("this instance closes"));
        }
        String path = Paths.instance(at.name, at.id);
        Op create = Op.createEphemeral(path, Records.presence(new Records.Presence(at.attempt, at.identity)));
        return session.write(List.of(create))
                .thenCompose(result -> {
                    if (result.status() != WriteResult.Status.NODE_EXISTS) {
                        require("cannot appear as " + path, result);
                        return CompletableFuture.completedFuture((Void) null);
                    }
                    return session.write(List.of(Op.delete(path, Op.ANY_VERSION), create))
                            .thenAccept(replaced -> require("cannot replace presence " + path, replaced));
                })
                .thenCompose(there -> at.closing() ? withdraw(session) : CompletableFuture.completedFuture(null));
    }

    /**
     * Takes back this instance's presence where a close left it, for want of a connection or because it appeared
     * meanwhile: the session may live on with its store, and siblings would leave this attempt's branches to it.
     */
    CompletableFuture<Void> withdraw(Session session) {
        String path = Paths.instance(at.name, at.id);
        return session.read(path).thenCompose(node -> {
            if (node.filter(this::isMine).isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            // Once lost, it is sent again at the next connection.
            return session.write(List.of(Op.delete(path, node.get().version())))
                    .thenAccept(result -> LOG.debug("{}: presence taken back: {}", at, result));
        });
    }

    private boolean isMine(Node presence) {
        try {
            return Records.presence(presence.data()).attempt().equals(at.attempt);
        } catch (MalformedRecordException e) {
            at.report(Paths.instance(at.name, at.id), "not taken back: " + e.getMessage());
            return false;
        }
    }

    /** Creates the inbox directories that are missing (rule 6) and answers the generations that exist. */
    CompletableFuture<Set<Long>> inboxes(Session session) {
        return session.children(Paths.TRANSACTIONS)
                .thenCombine(session.children(Paths.inbox(at.name)), Directories::new)
                .thenCompose(found -> {
                    Set<Long> existing = numbers(found.generations().orElse(List.of()));
                    Set<Long> missing = new HashSet<>(existing);
                    missing.removeAll(numbers(found.inboxes().orElse(List.of())));
                    return createInboxes(session, missing.stream().sorted().toList())
                            .thenApply(done -> existing);
                });
    }

    private record Directories(Optional<List<String>> generations, Optional<List<String>> inboxes) {}

    private CompletableFuture<Void> createInboxes(Session session, List<Long> generations) {
        List<CompletableFuture<?>> steps = new ArrayList<>();
        for (long generation : generations) {
            String inbox = Paths.inbox(at.name, generation);
            steps.add(session.write(List.of(Op.exists(Paths.generation(generation)), Op.createEmpty(inbox)))
                    .thenAccept(result -> {
                        boolean generationGone =
                                result.status() == WriteResult.Status.NO_NODE && result.failedOperation() == 0;
                        if (!generationGone) {
                            require("cannot create " + inbox, result);
                        }
                    }));
        }
        return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new));
    }

    private static Set<Long> numbers(List<String> names) {
        Set<Long> numbers = new HashSet<>();
        for (String name : names) {
            if (name.matches("[1-9][0-9]{0,17}")) {
                numbers.add(Long.parseLong(name));
            }
        }
        return numbers;
    }

    private static void require(String what, WriteResult result) {
        if (!result.ok() && result.status() != WriteResult.Status.NODE_EXISTS) {
            throw new NotYetException(what + ": " + result);
        }
    }

    /** Takes this instance's presence back. */
    CompletableFuture<WriteResult> disappear() {
        return at.write(List.of(Op.delete(Paths.instance(at.name, at.id), Op.ANY_VERSION)));
    }

    /**
     * Takes the registration back: refused while there is any work, any other instance or any heuristic outcome
     * (rule 4).
     */
    CompletableFuture<WriteResult> unregister(Session session) {
        return session.children(Paths.inbox(at.name)).thenCompose(inboxes -> {
            List<Op> all = new ArrayList<>();
            inboxes.orElse(List.of()).stream()
                    .sorted()
                    .forEach(generation -> all.add(Op.delete(Paths.inbox(at.name) + "/" + generation, Op.ANY_VERSION)));
            all.add(Op.delete(Paths.inbox(at.name), Op.ANY_VERSION));
            all.add(Op.delete(Paths.instance(at.name, at.id), Op.ANY_VERSION));
            all.add(Op.delete(Paths.instances(at.name), Op.ANY_VERSION));
            all.add(Op.delete(Paths.heuristics(at.name), Op.ANY_VERSION));
            all.add(Op.delete(Paths.participant(at.name), Op.ANY_VERSION));
            return at.write(all);
        });
    }
}
