package dev.assent.coordinator;

import dev.assent.store.Backoff;
import dev.assent.store.Loop;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import dev.assent.store.StoreException;
import dev.assent.store.TreeListener;
import dev.assent.store.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One leadership on one session with one epoch. It writes its epoch first and reads pending work only after that, on the
 * same session (rule 5). Once over, none of its answers, hints and timers does anything. Lives on the loop.
 */
final class Term {
    private static final Logger LOG = LoggerFactory.getLogger(Term.class);

    /** Who is told how a term fares. */
    interface Owner {
        /** Something that is displayed changed. */
        void changed();

        /** It ended by itself; {@code why} in words. Leadership should be handed back. */
        void failed(Term term, String why);
    }

    private final Context context;
    private final Session session;
    private final Owner owner;
    private final Reads reads;
    private final EpochWrites writes;
    private final Backoff claims;
    private final TransactionBook book;
    private final Generations generations;
    private final Inboxes inboxes;
    private final History history;
    private final Collector collector;
    private final OperationDesk operations;
    private final Scanner scanner;
    private final Set<Loop.Timer> timers = new LinkedHashSet<>();
    private final List<Session.Watch> watches = new ArrayList<>();

    /** Known only from a successful answer: a write that was lost, and may land later, is never taken for ours (rule 1). */
    private int epoch = -1;

    private boolean over;
    private boolean draining;
    private int unanswered;
    private int writesUnanswered;
    private long progressNanos;
    private Runnable drained = () -> {};

    Term(Context context, Session session, Owner owner) {
        this.context = context;
        this.session = session;
        this.owner = owner;
        this.progressNanos = context.loop().nanoTime();
        this.reads = new Reads(this, context);
        this.writes = new EpochWrites(this);
        this.claims = context.backoff();
        this.book = new TransactionBook(this, context);
        this.generations = new Generations(this, context);
        this.inboxes = new Inboxes(this, context);
        this.history = new History(this, context);
        this.collector = new Collector(this, context);
        this.operations = new OperationDesk(this, context);
        this.scanner = new Scanner(this, context);
    }

    void start() {
        claim();
    }

    private void claim() {
        reads.node(Paths.EPOCH, this::claim, failure -> claimLater(failure.getMessage()));
    }

    private void claim(Optional<Node> node) {
        if (node.isEmpty()) {
            claimLater(Paths.EPOCH + " is missing");
            return;
        }
        int version = node.get().version();
        write(List.of(Op.set(Paths.EPOCH, Records.epoch(context.id()), version)), result -> {
            if (result.ok()) {
                established(version + 1);
            } else {
                claimLater(result.detail());
            }
        });
    }

    private void claimLater(String why) {
        LOG.debug("{}: epoch not written: {}", context.id(), why);
        later(claims.next(), this::claim);
    }

    private void established(int version) {
        epoch = version;
        context.counters().terms++;
        LOG.info("{}: leads with epoch {} on session {}", context.id(), epoch, Long.toHexString(session.id()));
        owner.changed();
        watch(Paths.TRANSACTIONS, scanner, scanner::scan);
        watch(Paths.OPERATIONS, (path, change) -> operations.hint(path), operations::scan);
        again(context.config().rescanInterval(), this::resync);
    }

    private void again(Duration interval, Runnable task) {
        later(interval, () -> {
            task.run();
            again(interval, task);
        });
    }

    /** Reads everything again: hints get lost (rule 7). */
    void resync() {
        if (established()) {
            scanner.scan();
            operations.scan();
        }
    }

    // The watch is set before the first reading, or what happens between them would be missed.
    private void watch(String path, TreeListener listener, Runnable then) {
        Backoff pauses = context.backoff();
        ask(
                () -> session.watchTree(path, whileNotOver(listener)),
                watch -> {
                    watches.add(watch);
                    then.run();
                },
                failure -> later(pauses.next(), () -> watch(path, listener, then)));
    }

    private TreeListener whileNotOver(TreeListener listener) {
        return new TreeListener() {
            @Override
            public void hint(String path, Change change) {
                if (!over) {
                    guard(() -> listener.hint(path, change));
                }
            }

            @Override
            public boolean concerns(String path, Change change) {
                return listener.concerns(path, change);
            }
        };
    }

    /** Asks the session; the answer is dropped once this term is over. */
    <T> void ask(Supplier<CompletableFuture<T>> question, Consumer<T> then, Consumer<StoreException> otherwise) {
        asked();
        var unused = question.get().whenComplete((answer, failure) -> {
            unanswered--;
            if (over) {
                return;
            }
            if (failure == null) {
                progressNanos = context.loop().nanoTime();
                guard(() -> then.accept(answer));
            } else {
                guard(() -> otherwise.accept(storeException(failure)));
            }
        });
    }

    /** Writes on this term's session, as given; see {@link EpochWrites} for what needs the epoch. */
    void write(List<Op> ops, Consumer<WriteResult> then) {
        asked();
        writesUnanswered++;
        var unused = session.write(ops).whenComplete((result, failure) -> {
            unanswered--;
            writesUnanswered--;
            if (!over) {
                WriteResult answer = failure == null ? result : WriteResult.lost(String.valueOf(failure.getMessage()));
                if (answer.status() != WriteResult.Status.LOST) {
                    progressNanos = context.loop().nanoTime();
                }
                guard(() -> then.accept(answer));
            }
            if (writesUnanswered == 0) {
                drained.run();
            }
        });
    }

    private void asked() {
        if (unanswered++ == 0) {
            progressNanos = context.loop().nanoTime();
        }
    }

    private static StoreException storeException(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof StoreException known
                ? known
                : new StoreException(StoreException.Kind.OTHER, String.valueOf(cause.getMessage()), cause);
    }

    /** Runs {@code task} after {@code delay} unless this term is over by then. */
    Loop.Timer later(Duration delay, Runnable task) {
        Runnable[] forget = {() -> {}};
        Loop.Timer timer = context.loop().schedule(delay, () -> {
            forget[0].run();
            if (!over) {
                guard(task);
            }
        });
        timers.add(timer);
        forget[0] = () -> timers.remove(timer);
        return () -> {
            timer.cancel();
            timers.remove(timer);
        };
    }

    /** Runs a part of this term; a defect ends the term and not the loop. */
    void guard(Runnable task) {
        if (over) {
            return;
        }
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("{}: epoch {}: a defect ends this term", context.id(), epoch, e);
            fail("a defect: " + e);
        }
    }

    /** The check of the epoch failed: another leader wrote its own, or may have. */
    void fenced(WriteResult result) {
        context.counters().fenced++;
        fail("fenced at the check of the epoch: " + result.detail());
    }

    private void fail(String why) {
        if (!over) {
            end(why);
            owner.failed(this, why);
        }
    }

    /** Ends it: nothing is written any more. Idempotent. */
    void end(String why) {
        if (over) {
            return;
        }
        over = true;
        if (established()) {
            LOG.info("{}: leads no more, epoch {} is over: {}", context.id(), epoch, why);
        }
        timers.forEach(Loop.Timer::cancel);
        timers.clear();
        watches.forEach(Session.Watch::close);
        owner.changed();
    }

    /** Takes no further decision; {@code then} runs once the writes on their way were answered. */
    void drain(Runnable then) {
        draining = true;
        drained = then;
        if (writesUnanswered == 0) {
            then.run();
        }
    }

    void changed() {
        owner.changed();
    }

    boolean over() {
        return over;
    }

    boolean draining() {
        return draining;
    }

    boolean established() {
        return epoch >= 0;
    }

    /** How long something has been asked and nothing was answered. */
    Duration stuck() {
        return unanswered == 0 ? Duration.ZERO : Duration.ofNanos(context.loop().nanoTime() - progressNanos);
    }

    Session session() {
        return session;
    }

    Loop loop() {
        return context.loop();
    }

    long epoch() {
        return epoch;
    }

    int epochVersion() {
        return epoch;
    }

    Reads reads() {
        return reads;
    }

    EpochWrites writes() {
        return writes;
    }

    TransactionBook book() {
        return book;
    }

    Generations generations() {
        return generations;
    }

    Inboxes inboxes() {
        return inboxes;
    }

    History history() {
        return history;
    }

    Collector collector() {
        return collector;
    }

    Scanner scanner() {
        return scanner;
    }
}
