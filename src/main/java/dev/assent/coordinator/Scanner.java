package dev.assent.coordinator;

import dev.assent.protocol.TransactionId;
import dev.assent.store.MalformedRecordException;
import dev.assent.store.Node;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.StoreException;
import dev.assent.store.TreeListener;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds transactions: by listing everything at the start of a term and periodically, and by hints, which say only where to
 * read (rule 7). What does not belong there is reported and stepped over (rule 12). Lives on the loop.
 */
final class Scanner implements TreeListener {
    private final Term term;
    private final Context context;
    private boolean scanning;
    private boolean again;

    Scanner(Term term, Context context) {
        this.term = term;
        this.context = context;
    }

    /** Reads everything again. */
    void scan() {
        if (scanning) {
            again = true;
            return;
        }
        scanning = true;
        again = false;
        term.reads().children(Paths.TRANSACTIONS, this::generations, this::scanFailed);
    }

    private void scanFailed(StoreException failure) {
        scanning = false;
        // Where there is nothing to wait for, the next rescan comes anyway.
        if (ViewReader.retriable(failure)) {
            term.later(context.backoff().next(), this::scan);
        }
    }

    // The listing is read before the current generation, which is then never older than what it lists.
    private void generations(Optional<List<String>> names) {
        if (names.isEmpty()) {
            scanning = false;
            context.reporter().steppedOver(Paths.TRANSACTIONS, "missing: this tree is damaged");
            return;
        }
        term.reads().node(Paths.TRANSACTIONS, node -> current(node, names.get()), this::scanFailed);
    }

    private void current(Optional<Node> node, List<String> names) {
        scanning = false;
        if (!readCurrent(node)) {
            return;
        }
        Set<Long> found = new TreeSet<>();
        for (String name : names) {
            Optional<Long> generation = generation(name);
            if (generation.isPresent() && generation.get() <= term.generations().current()) {
                found.add(generation.get());
            } else {
                context.reporter().steppedOver(Paths.TRANSACTIONS + "/" + name, "not a generation");
            }
        }
        term.generations().listed(found);
        found.forEach(this::generation);
        term.inboxes().reconcile();
        term.history().evict();
        if (again) {
            scan();
        }
    }

    private boolean readCurrent(Optional<Node> node) {
        try {
            node.ifPresent(n -> term.generations().current(Records.currentGeneration(n.data()), n.version()));
            return node.isPresent();
        } catch (MalformedRecordException e) {
            context.reporter().steppedOver(Paths.TRANSACTIONS, e.getMessage());
            return false;
        }
    }

    /** Lists one generation. */
    void generation(long number) {
        String path = Paths.generation(number);
        term.reads()
                .node(
                        path,
                        node -> {
                            term.generations().read(number, node);
                            if (node.isPresent()) {
                                list(number);
                            }
                        },
                        failure -> listLater(number, failure));
    }

    private void list(long number) {
        String path = Paths.generation(number);
        term.reads()
                .children(
                        path, names -> listed(number, names.orElse(List.of())), failure -> listLater(number, failure));
    }

    private void listed(long number, List<String> names) {
        Set<TransactionId> listed = new TreeSet<>();
        for (String name : names) {
            Optional<TransactionId> id = transaction(number, name);
            if (id.isPresent()) {
                listed.add(id.get());
            } else {
                context.reporter().steppedOver(Paths.generation(number) + "/" + name, "not a transaction");
            }
        }
        listed.forEach(term.book()::listed);
        term.book().unlisted(number, listed);
        term.generations().dropIfEmpty(number);
    }

    private void listLater(long number, StoreException failure) {
        if (ViewReader.retriable(failure)) {
            term.later(context.backoff().next(), () -> generation(number));
        } else {
            context.reporter().steppedOver(Paths.generation(number), failure.getMessage());
        }
    }

    /**
     * A slot is created empty, a record is set by a leader, and both are deleted by one: that says nothing new. A shared record
     * that is set because more transactions begin in it is known from its creation; those are found by their votes, or by
     * the next rescan. What else became of them is noticed at the multi that relies on them.
     */
    @Override
    public boolean concerns(String path, Change change) {
        int record = path.indexOf('/', Paths.TRANSACTIONS.length() + 1);
        int slot = record < 0 ? -1 : path.indexOf('/', record + 1);
        if (slot < 0) {
            return record < 0 || change == Change.CREATED;
        }
        return change == Change.SET || path.endsWith("/" + Paths.LIST) || path.indexOf('/', slot + 1) >= 0;
    }

    /** Something at {@code path} changed. */
    @Override
    public void hint(String path, Change change) {
        // Before the first listing nothing is known, and what changed is in it.
        if (path.equals(Paths.TRANSACTIONS) || term.generations().current() == 0) {
            return;
        }
        String[] names = path.substring(Paths.TRANSACTIONS.length() + 1).split("/", -1);
        Optional<Long> generation = generation(names[0]);
        if (generation.isEmpty()) {
            context.reporter().steppedOver(path, "not a generation");
            return;
        }
        long number = generation.get();
        if (names.length == 1 || !term.generations().mayHold(number)) {
            hintedGeneration(path, number);
            return;
        }
        Optional<TransactionId> id = transaction(number, names[1]);
        if (id.isEmpty() || names.length > 3) {
            context.reporter().steppedOver(path, "does not belong here");
        } else if (names.length == 2) {
            term.book().lookAtRecord(id.get());
        } else if (names[2].equals(Paths.LIST)) {
            term.book().lookAtList(id.get());
        } else {
            term.book().lookAtSlot(id.get(), names[2]);
        }
    }

    private void hintedGeneration(String path, long number) {
        if (number > term.generations().current()) {
            if (!term.generations().mayHold(number)) {
                context.reporter().steppedOver(path, "newer than the generation that takes transactions");
            }
        } else if (term.generations().knows(number)) {
            term.reads()
                    .node(
                            Paths.generation(number),
                            node -> term.generations().read(number, node),
                            failure -> listLater(number, failure));
        } else {
            scan();
        }
    }

    private static Optional<Long> generation(String name) {
        return TransactionId.tryParseGeneration(name);
    }

    private static Optional<TransactionId> transaction(long generation, String name) {
        return TransactionId.tryParse(name).filter(id -> id.generation() == generation);
    }
}
