package dev.assent.participant;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.CommitProtocol;
import dev.assent.protocol.Names;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Backoff;
import dev.assent.store.GroupCommit;
import dev.assent.store.Loop;
import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.StoreException;
import dev.assent.store.WriteResult;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running instance of a participant: what its parts share. Lives on the store's loop. */
final class Instance {
    private static final Logger LOG = LoggerFactory.getLogger(Instance.class);
    private static final int MAX_IDENTITY = 200;
    private static final int REMEMBERED_REPORTS = 1_000;
    /** Nobody waits for an acknowledgement but the collection of the transaction. */
    private static final Duration ACKNOWLEDGEMENT_PATIENCE = Duration.ofMillis(50);

    final ParticipantConfig config;
    final CommitProtocol protocol;
    final Resource resource;
    final Loop loop;
    final ResourceCalls calls;
    /** The participant's name. */
    final String name;
    /** This instance's id. */
    final String id;
    /** Unique to this process start: no other process ever works under it. */
    final String attempt;
    /** Which resource this instance reaches (rule 4). */
    final String identity;

    final String kind;

    private final LongSupplier random;
    private final Set<String> reported = new LinkedHashSet<>();
    private Session session;
    private Session writesOn;
    private GroupCommit writes;
    private UUID installation;
    private long connections;
    private int writing;
    private boolean closing;
    private boolean retiring;

    Instance(
            Loop loop,
            CommitProtocol protocol,
            ParticipantConfig config,
            Resource resource,
            Executor pool,
            LongSupplier random) {
        this.loop = loop;
        this.protocol = protocol;
        this.config = config;
        this.resource = resource;
        this.random = random;
        this.name = config.name();
        this.attempt = String.format("%016x", random.getAsLong());
        this.id = config.instance().orElseGet(() -> String.format("%016x", random.getAsLong()));
        this.kind = Names.require("kind of resource", resource.kind());
        this.identity = requireIdentity(resource.identity());
        this.calls = new ResourceCalls(loop, pool, config.concurrency(), pauses());
    }

    private static String requireIdentity(String identity) {
        if (identity == null || identity.isBlank() || identity.length() > MAX_IDENTITY) {
            throw new IllegalArgumentException(
                    "the resource's identity '" + identity + "' does not have 1 to " + MAX_IDENTITY + " characters");
        }
        return identity;
    }

    /** The session to work on: connected, of the known installation, and not behind any earlier one (rule 5). */
    Optional<Session> session() {
        return Optional.ofNullable(session);
    }

    void use(Session usable, UUID of) {
        if (usable != writesOn) {
            writesOn = usable;
            writes = new GroupCommit(
                    loop,
                    ACKNOWLEDGEMENT_PATIENCE,
                    (operations, then) -> when(
                            usable.write(operations),
                            (result, failure) ->
                                    then.accept(failure == null ? result : WriteResult.lost(failure.toString()))));
        }
        session = usable;
        installation = of;
        connections++;
    }

    void disconnected() {
        session = null;
        connections++;
    }

    /** Changes at every connection and interruption: a watch that was set under another number may be lost (rule 7). */
    long connections() {
        return connections;
    }

    /** The installation that this instance works for, nothing before the first session. */
    Optional<UUID> installation() {
        return Optional.ofNullable(installation);
    }

    /** The branch of {@code holder}'s attempt. Only to be asked once a session was used. */
    BranchId branch(TransactionId transaction, String holder) {
        return new BranchId(installation, transaction, name, holder);
    }

    Backoff pauses() {
        return new Backoff(config.retryMin(), config.retryMax(), random);
    }

    /** Writes on the current session, in group commit with this instance's other writes. */
    CompletableFuture<WriteResult> write(List<Op> operations) {
        return write(operations, GroupCommit::submit);
    }

    /** As {@link #write}, for what nobody waits for. */
    CompletableFuture<WriteResult> writeLazily(List<Op> operations) {
        return write(operations, GroupCommit::submitLazily);
    }

    private interface Submission {
        void to(GroupCommit writes, List<Op> operations, Consumer<WriteResult> then);
    }

    private CompletableFuture<WriteResult> write(List<Op> operations, Submission submission) {
        if (session == null) {
            return CompletableFuture.completedFuture(WriteResult.lost("not connected"));
        }
        writing++;
        CompletableFuture<WriteResult> answer = new CompletableFuture<>();
        submission.to(writes, operations, result -> {
            writing--;
            answer.complete(result);
        });
        return answer;
    }

    /** Whether writes are on their way. */
    boolean writing() {
        return writing > 0;
    }

    /** Calls {@code then} with the outcome of {@code future}; what it throws goes to the loop, which reports it. */
    <T> void when(CompletableFuture<T> future, BiConsumer<T, Throwable> then) {
        var unused = future.whenComplete((value, failure) -> {
            try {
                then.accept(value, failure);
            } catch (RuntimeException e) {
                loop.execute(() -> {
                    throw e;
                });
            }
        });
    }

    boolean closing() {
        return closing;
    }

    void close() {
        closing = true;
    }

    /** Whether new branches may begin here. */
    boolean takesWork() {
        return !closing && !retiring;
    }

    void takeNoWork() {
        retiring = true;
    }

    void takeWork() {
        retiring = false;
    }

    /** Warns of something that needs a person, once while it is remembered. */
    void report(String about, String what) {
        if (!reported.add(about + ' ' + what)) {
            return;
        }
        if (reported.size() > REMEMBERED_REPORTS) {
            reported.remove(reported.iterator().next());
        }
        LOG.warn("{}: {}: {}", this, about, what);
    }

    /** What a future failed with. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Whether a read failed for what it asked about, and not with the connection: others go on without it (rule 12). */
    static boolean refused(Throwable failure) {
        return cause(failure) instanceof StoreException read
                && (read.kind() == StoreException.Kind.NO_AUTH || read.kind() == StoreException.Kind.OTHER);
    }

    /** {@code read}, or {@code instead} and a report where it is refused (rule 12). */
    <T> CompletableFuture<T> stepOver(CompletableFuture<T> read, String about, T instead) {
        return read.exceptionally(failure -> {
            if (!refused(failure)) {
                throw new CompletionException(cause(failure));
            }
            readFailed(about, failure);
            return instead;
        });
    }

    /** A read that failed for good needs a person; one that failed with the connection is repeated after it. */
    void readFailed(String about, Throwable failure) {
        Throwable cause = cause(failure);
        boolean passing = cause instanceof StoreException && !refused(cause);
        if (passing) {
            LOG.debug("{}: {}: {}", this, about, cause.toString());
        } else {
            report(about, "cannot be read, tried again later: " + cause);
        }
    }

    @Override
    public String toString() {
        return name + "/" + id;
    }
}
