package dev.assent.coordinator;

import dev.assent.protocol.Names;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Backoff;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.StoreException;
import dev.assent.store.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The participants' inbox directories: one for every existing generation, which goes with it (rule 6). The participants see
 * to their own as well. Lives on the loop.
 */
final class Inboxes {
    /** Removed in one multi at most. */
    private static final int STRAYS_AT_ONCE = 500;

    private final Term term;
    private final Context context;
    /** Waits for the participants; those who read them see every generation of then. */
    private boolean reconciling;

    Inboxes(Term term, Context context) {
        this.term = term;
        this.context = context;
    }

    /** Sees to a directory for {@code generation} at every participant, as far as possible, and then goes on. */
    void prepare(long generation, Runnable then) {
        participants(names -> {
            int[] missing = {names.size()};
            Runnable one = () -> {
                if (--missing[0] == 0) {
                    then.run();
                }
            };
            if (names.isEmpty()) {
                then.run();
            }
            names.forEach(name -> create(name, generation, one));
        });
    }

    // A participant that just retired or never connected has no inbox: it makes its own directories on connecting.
    private void create(String participant, long generation, Runnable then) {
        term.writes().submit(List.of(Op.createEmpty(Paths.inbox(participant, generation))), result -> then.run());
    }

    /** Adds what is missing, and removes what belongs to a generation that is gone. */
    void reconcile() {
        if (reconciling) {
            return;
        }
        reconciling = true;
        participants(names -> {
            reconciling = false;
            names.forEach(name -> directories(name, (directories, failure) -> {
                if (failure == null && directories.isPresent()) {
                    reconcile(name, directories.get());
                }
            }));
        });
    }

    private void reconcile(String name, List<String> directories) {
        TreeSet<String> there = new TreeSet<>(directories);
        for (long generation : term.generations().existing()) {
            if (!there.remove(Long.toString(generation))) {
                create(name, generation, () -> {});
            }
        }
        there.forEach(directory -> removeStray(name, directory));
    }

    private void removeStray(String participant, String directory) {
        String path = Paths.inbox(participant) + "/" + directory;
        Optional<Long> generation = TransactionId.tryParseGeneration(directory);
        if (generation.isEmpty()) {
            context.reporter().steppedOver(path, "not a generation");
        } else if (generation.get() < term.generations().current()) {
            // No begin can reach a generation that is gone, and its number is not used again.
            emptied(path, () -> term.writes().submit(List.of(Op.delete(path, Op.ANY_VERSION)), result -> {}));
        }
    }

    /** Removes what is left in the directories of a generation without transactions; then gives their paths. */
    void empty(long generation, Consumer<List<String>> then) {
        participants(names -> {
            List<String> paths = new ArrayList<>();
            int[] missing = {names.size()};
            Runnable one = () -> {
                if (--missing[0] == 0) {
                    then.accept(paths.stream().sorted().toList());
                }
            };
            if (names.isEmpty()) {
                then.accept(List.of());
            }
            for (String name : names) {
                String path = Paths.inbox(name, generation);
                directories(name, (directories, failure) -> {
                    if (directories.isPresent() && directories.get().contains(Long.toString(generation))) {
                        paths.add(path);
                        emptied(path, one);
                    } else {
                        one.run();
                    }
                });
            }
        });
    }

    private void emptied(String directory, Runnable then) {
        term.reads()
                .children(
                        directory,
                        entries -> {
                            List<String> strays = entries.orElse(List.of());
                            if (strays.isEmpty()) {
                                then.run();
                                return;
                            }
                            context.reporter()
                                    .steppedOver(
                                            directory, strays.size() + " entries without a transaction are removed");
                            List<Op> ops = strays.stream()
                                    .sorted()
                                    .limit(STRAYS_AT_ONCE)
                                    .map(entry -> Op.delete(directory + "/" + entry, Op.ANY_VERSION))
                                    .toList();
                            term.writes().submit(ops, (WriteResult result) -> then.run());
                        },
                        failure -> then.run());
    }

    private void directories(String participant, BiConsumer<Optional<List<String>>, StoreException> then) {
        term.reads()
                .children(
                        Paths.inbox(participant),
                        names -> then.accept(names, null),
                        failure -> then.accept(Optional.empty(), failure));
    }

    /** The registered participants, sorted. */
    void participants(Consumer<List<String>> then) {
        participants(then, context.backoff());
    }

    private void participants(Consumer<List<String>> then, Backoff pauses) {
        term.reads()
                .children(
                        Paths.PARTICIPANTS,
                        names -> then.accept(names.orElse(List.of()).stream()
                                .filter(this::valid)
                                .sorted()
                                .toList()),
                        failure -> term.later(pauses.next(), () -> participants(then, pauses)));
    }

    private boolean valid(String name) {
        if (!Names.valid(name)) {
            context.reporter().steppedOver(Paths.participant(name), "not a participant's name");
        }
        return Names.valid(name);
    }
}
