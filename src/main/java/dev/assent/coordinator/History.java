package dev.assent.coordinator;

import dev.assent.protocol.BranchOutcome;
import dev.assent.protocol.Decision;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.Slot;
import dev.assent.protocol.TransactionId;
import dev.assent.store.MalformedRecordException;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.StoreException;
import dev.assent.store.WriteResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finished outcomes: pages that are filled one after the other, bounded by generations, and heuristic ones each in a node of
 * its own until an operator forgets it (rule 11). Lives on the loop.
 */
final class History {
    private static final Pattern PAGE = Pattern.compile("page-([0-9]{4,9})");
    private static final int LAST_PAGE = 999_999_999;
    private static final int FULL = 500;
    private static final int REMOVED_AT_ONCE = 200;

    /** The page that is being filled. */
    private static final class Page {
        private int number = 1;
        /** -1 where it has to be created. */
        private int version = -1;

        private final Map<TransactionId, OutcomeState> outcomes = new LinkedHashMap<>();

        /** The numbers that are in use, by whomever. */
        private final Set<Integer> taken = new HashSet<>();

        private void next() {
            taken.add(number);
            do {
                number = number < LAST_PAGE ? number + 1 : 1;
            } while (taken.contains(number));
            version = -1;
            outcomes.clear();
        }
    }

    private final Term term;
    private final Context context;
    private final Map<Long, Page> pages = new HashMap<>();

    History(Term term, Context context) {
        this.term = term;
        this.context = context;
    }

    /** Sees to it that the page to fill is known. */
    void prepare(long generation, Runnable then, Runnable failed) {
        if (pages.containsKey(generation)) {
            then.run();
            return;
        }
        Consumer<StoreException> otherwise = failure -> failed.run();
        term.reads()
                .children(
                        Paths.history(generation),
                        names -> {
                            if (names.isEmpty()) {
                                create(generation, then, failed);
                            } else {
                                lastPage(generation, names.get(), then, otherwise);
                            }
                        },
                        otherwise);
    }

    private void create(long generation, Runnable then, Runnable failed) {
        term.writes().submit(List.of(Op.createEmpty(Paths.history(generation))), result -> {
            if (result.ok()) {
                pages.put(generation, new Page());
                then.run();
            } else {
                failed.run();
            }
        });
    }

    private void lastPage(long generation, List<String> names, Runnable then, Consumer<StoreException> otherwise) {
        Page page = new Page();
        names.forEach(name -> page.taken.add(pageNumber(name)));
        int last = page.taken.stream().mapToInt(number -> number).max().orElse(0);
        if (last < 1) {
            pages.put(generation, page);
            then.run();
            return;
        }
        page.number = last;
        term.reads()
                .node(
                        Paths.historyPage(generation, last),
                        node -> {
                            node.ifPresent(n -> load(generation, page, n));
                            pages.put(generation, page);
                            then.run();
                        },
                        otherwise);
    }

    private void load(long generation, Page page, Node node) {
        try {
            page.outcomes.putAll(Records.historyPage(node.data()));
            page.version = node.version();
            if (page.outcomes.size() >= FULL) {
                page.next();
            }
        } catch (MalformedRecordException e) {
            context.reporter().steppedOver(Paths.historyPage(generation, page.number), e.getMessage());
            page.next();
        }
    }

    private static int pageNumber(String name) {
        Matcher matcher = PAGE.matcher(name);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    /** The operation that adds {@code outcomes} to the prepared page. */
    Op add(long generation, Map<TransactionId, OutcomeState> outcomes) {
        Page page = pages.get(generation);
        Map<TransactionId, OutcomeState> all = new LinkedHashMap<>(page.outcomes);
        all.putAll(outcomes);
        String path = Paths.historyPage(generation, page.number);
        byte[] data = Records.historyPage(all);
        return page.version < 0 ? Op.create(path, data) : Op.set(path, data, page.version);
    }

    /** {@link #add}'s operation succeeded. */
    void added(long generation, Map<TransactionId, OutcomeState> outcomes) {
        Page page = pages.get(generation);
        page.outcomes.putAll(outcomes);
        page.version++;
        if (page.outcomes.size() >= FULL) {
            page.next();
        }
    }

    /** Nobody knows what the page holds now: read it again before the next {@link #add}. */
    void unsure(long generation) {
        pages.remove(generation);
    }

    /** Its generation is gone: nothing will be added. */
    void forget(long generation) {
        pages.remove(generation);
    }

    /** What a finished transaction's outcome is. */
    static OutcomeState outcome(View view) {
        return view.verdict().orElseThrow().decision() == Decision.COMMIT
                ? OutcomeState.COMMITTED
                : OutcomeState.ABORTED;
    }

    /** The node for resources that broke their promise, empty where none did (rule 11). */
    static Optional<Op> heuristic(View view) {
        Map<String, BranchOutcome> branches = new LinkedHashMap<>();
        Map<String, String> details = new LinkedHashMap<>();
        for (String name : view.participants()) {
            Optional<Slot> slot = view.slot(name).slot();
            slot.flatMap(Slot::outcome).ifPresent(outcome -> branches.put(name, outcome));
            slot.filter(s -> !s.detail().isEmpty()).ifPresent(s -> details.put(name, s.detail()));
        }
        if (branches.values().stream().noneMatch(BranchOutcome::heuristic)) {
            return Optional.empty();
        }
        byte[] data = Records.heuristic(new Records.Heuristic(outcome(view), branches, details));
        return Optional.of(Op.create(Paths.historyHeuristic(view.id()), data));
    }

    /** Removes the pages of the oldest generations beyond the bound; heuristic nodes stay. */
    void evict() {
        term.reads()
                .children(
                        Paths.HISTORY,
                        names -> {
                            TreeSet<Long> kept = new TreeSet<>();
                            for (String name : names.orElse(List.of())) {
                                Optional<Long> generation = TransactionId.tryParseGeneration(name);
                                generation.ifPresentOrElse(
                                        kept::add,
                                        () -> context.reporter()
                                                .steppedOver(Paths.HISTORY + "/" + name, "not a generation"));
                            }
                            for (int excess = kept.size() - context.config().historyGenerations();
                                    excess > 0;
                                    excess--) {
                                evict(kept.pollFirst());
                            }
                        },
                        // The next rescan comes anyway.
                        failure -> {});
    }

    private void evict(long generation) {
        if (term.generations().knows(generation)) {
            return;
        }
        term.reads()
                .children(
                        Paths.history(generation), names -> evict(generation, names.orElse(List.of())), failure -> {});
    }

    private void evict(long generation, List<String> names) {
        pages.remove(generation);
        List<Op> ops = new ArrayList<>();
        names.stream()
                .filter(name -> pageNumber(name) > 0)
                .sorted()
                .limit(REMOVED_AT_ONCE)
                .forEach(name -> ops.add(Op.delete(Paths.history(generation) + "/" + name, Op.ANY_VERSION)));
        if (ops.size() == names.size()) {
            ops.add(Op.delete(Paths.history(generation), Op.ANY_VERSION));
        }
        if (!ops.isEmpty()) {
            term.writes().submit(ops, (WriteResult result) -> {});
        }
    }
}
