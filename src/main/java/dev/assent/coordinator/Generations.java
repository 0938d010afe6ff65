package dev.assent.coordinator;

import dev.assent.protocol.TransactionId;
import dev.assent.store.Backoff;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.WriteResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generations of one term: opens the next one on count or age, seals the one before after a while, and drops a sealed one
 * that is empty (rules 6 and 10). Lives on the loop.
 */
final class Generations {
    private static final Logger LOG = LoggerFactory.getLogger(Generations.class);

    /** What still comes after the roll must leave a generation that can be listed in one answer (rule 10). */
    private static final int MOST_LATE_BEGINS = 4_000;

    /** So many generations before the current one take late begins: what ends is kept until the seal. */
    private static final int MOST_OPEN = 3;

    private static final class Generation {
        private final Backoff pauses;
        /** Certain: read on this session, or answered. */
        private boolean sealed;

        private boolean sealing;
        private boolean overflowing;
        private boolean dropping;
        private int listed;
        private int seen;
        private boolean aging;
        private boolean aged;
        /** Kept so that hints about what was removed cause no reading; an ended one cannot come back (rule 6). */
        private final Set<TransactionId> ended = new HashSet<>();

        private Generation(Backoff pauses) {
            this.pauses = pauses;
        }
    }

    private final Term term;
    private final Context context;
    private final Backoff rolls;
    private final TreeMap<Long, Generation> known = new TreeMap<>();
    private long current;
    private int currentVersion;
    private boolean rolling;
    /** Numbers after the current one that somebody else used. */
    private int taken;

    Generations(Term term, Context context) {
        this.term = term;
        this.context = context;
        this.rolls = context.backoff();
    }

    long current() {
        return current;
    }

    long oldest() {
        return known.isEmpty() ? current : known.firstKey();
    }

    boolean knows(long number) {
        return known.containsKey(number);
    }

    /** Whether transactions can be in it: it is there, or its opening is on its way. */
    boolean mayHold(long number) {
        return knows(number) || (rolling && number == current + 1 + taken);
    }

    Set<Long> existing() {
        return known.keySet();
    }

    boolean sealed(long number) {
        Generation generation = known.get(number);
        return generation != null && generation.sealed;
    }

    /** Whether this leader saw the end of it and need not look again. */
    boolean finished(TransactionId id) {
        Generation generation = known.get(id.generation());
        return generation != null && generation.ended.contains(id);
    }

    /** What {@code /transactions} says. */
    void current(long number, int version) {
        current = number;
        currentVersion = version;
    }

    /** All generations there are. */
    void listed(Set<Long> numbers) {
        List<Long> gone = known.keySet().stream()
                .filter(number -> number < current && !numbers.contains(number))
                .toList();
        gone.forEach(this::gone);
        numbers.forEach(this::generation);
    }

    private void gone(long number) {
        known.remove(number);
        term.book().unlisted(number, Set.of());
    }

    private Generation generation(long number) {
        return known.computeIfAbsent(number, n -> new Generation(context.backoff()));
    }

    /** One generation was read. */
    void read(long number, Optional<Node> node) {
        if (node.isEmpty()) {
            gone(number);
            return;
        }
        Generation generation = generation(number);
        generation.listed = Math.max(generation.listed, node.get().children());
        if (node.get().version() > 0) {
            sealed(number, generation);
            // Nobody can begin in it: the next one has to be opened, should it be the current one.
            generation.aged = true;
            rollIfDue();
        } else if (number < current) {
            sealLater(number, generation);
            sealIfOverflowing(number, generation);
        } else {
            rollIfDue();
        }
    }

    /** A transaction of it was seen for the first time. */
    void began(TransactionId id) {
        Generation generation = known.get(id.generation());
        if (generation != null) {
            generation.seen++;
            rollIfDue();
            sealIfOverflowing(id.generation(), generation);
        }
    }

    /** A transaction of it is gone from the tree. */
    void ended(TransactionId id) {
        Generation generation = known.get(id.generation());
        // An id that is absent from a generation that still takes begins may yet be begun.
        if (generation != null && generation.sealed) {
            generation.ended.add(id);
            dropIfEmpty(id.generation());
        }
    }

    private void rollIfDue() {
        Generation generation = known.get(current);
        if (generation == null || rolling) {
            return;
        }
        int begun = begun(generation);
        if (generation.aged || begun >= context.config().generationSize()) {
            roll();
        } else if (begun > 0 && !generation.aging) {
            generation.aging = true;
            term.later(context.config().generationAge(), () -> {
                generation.aged = true;
                rollIfDue();
            });
        }
    }

    private static int begun(Generation generation) {
        return Math.max(generation.listed, generation.seen);
    }

    // Inboxes first: a begin in the new generation needs them, and creates no parents (rule 6).
    private void roll() {
        rolling = true;
        long next = current + 1 + taken;
        term.inboxes().prepare(next, () -> {
            List<Op> ops = List.of(
                    Op.set(Paths.TRANSACTIONS, Records.currentGeneration(next), currentVersion),
                    Op.create(Paths.generation(next), Records.generation(false)));
            term.writes().submit(ops, result -> rolled(next, result));
        });
    }

    private void rolled(long next, WriteResult result) {
        if (!result.ok()) {
            LOG.debug("{}: epoch {}: generation {} not opened: {}", context.id(), term.epoch(), next, result);
            if (result.status() == WriteResult.Status.NODE_EXISTS) {
                context.reporter().steppedOver(Paths.generation(next), "not opened by a leader");
                taken++;
            }
            // Read back before going on: a lost roll may have happened, or still happen.
            term.later(rolls.next(), () -> {
                rolling = false;
                term.scanner().scan();
            });
            return;
        }
        LOG.debug("{}: epoch {}: generation {} opened", context.id(), term.epoch(), next);
        rolls.reset();
        rolling = false;
        taken = 0;
        long before = current;
        current = next;
        currentVersion++;
        generation(next);
        sealLater(before, generation(before));
        sealEarly();
        term.inboxes().reconcile();
        term.changed();
    }

    private void sealLater(long number, Generation generation) {
        if (!generation.sealing && !generation.sealed) {
            generation.sealing = true;
            term.later(context.config().sealDelay(), () -> seal(number, generation));
        }
    }

    private void sealEarly() {
        List.copyOf(known.headMap(current - MOST_OPEN).entrySet()).stream()
                .filter(each -> !each.getValue().overflowing)
                .forEach(each -> {
                    each.getValue().overflowing = true;
                    seal(each.getKey(), each.getValue());
                });
    }

    private void sealIfOverflowing(long number, Generation generation) {
        int size = context.config().generationSize();
        boolean overflows = number < current && begun(generation) >= size + Math.min(size, MOST_LATE_BEGINS);
        if (overflows && !generation.overflowing) {
            generation.overflowing = true;
            seal(number, generation);
        }
    }

    private void seal(long number, Generation generation) {
        if (generation.sealed || known.get(number) != generation) {
            return;
        }
        Op seal = Op.set(Paths.generation(number), Records.generation(true), 0);
        term.writes().submit(List.of(seal), result -> {
            if (result.ok()) {
                sealed(number, generation);
                // Begins just before the seal may not have been hinted at.
                term.scanner().generation(number);
            } else {
                // Sealed only if it can be read: then read() says so.
                term.later(generation.pauses.next(), () -> {
                    generation.sealing = false;
                    generation.overflowing = false;
                    term.scanner().generation(number);
                });
            }
        });
    }

    private void sealed(long number, Generation generation) {
        if (!generation.sealed) {
            generation.sealed = true;
            LOG.debug("{}: epoch {}: generation {} is sealed", context.id(), term.epoch(), number);
            term.book().sealed(number);
        }
    }

    /** Removes a sealed generation of which nothing is left, with its inbox directories, in one multi (rule 6). */
    void dropIfEmpty(long number) {
        Generation generation = known.get(number);
        if (generation == null
                || !generation.sealed
                || generation.dropping
                || number >= current
                || term.book().pendings().hasAnyOf(number)) {
            return;
        }
        generation.dropping = true;
        term.reads()
                .node(
                        Paths.generation(number),
                        node -> {
                            if (node.isPresent() && node.get().children() == 0) {
                                term.inboxes().empty(number, paths -> drop(number, generation, paths));
                            } else {
                                generation.dropping = false;
                            }
                        },
                        failure -> generation.dropping = false);
    }

    private void drop(long number, Generation generation, List<String> inboxes) {
        List<Op> ops = new ArrayList<>();
        inboxes.forEach(path -> ops.add(Op.delete(path, Op.ANY_VERSION)));
        ops.add(Op.delete(Paths.generation(number), Op.ANY_VERSION));
        term.writes().submit(ops, result -> {
            if (result.ok()) {
                known.remove(number, generation);
                term.history().forget(number);
                LOG.debug("{}: epoch {}: generation {} is gone", context.id(), term.epoch(), number);
                term.changed();
            } else {
                LOG.debug("{}: epoch {}: generation {} not removed: {}", context.id(), term.epoch(), number, result);
                term.later(generation.pauses.next(), () -> {
                    generation.dropping = false;
                    dropIfEmpty(number);
                });
            }
        });
    }
}
