package dev.assent.adapter.kafka;

import dev.assent.adapter.RefusedException;
import dev.assent.adapter.kafka.OpenBranches.Answer;
import dev.assent.participant.EnlistableResource;
import dev.assent.participant.EnlistedBranch;
import dev.assent.participant.HeuristicException;
import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka cluster as a participant: the work of a branch is one Kafka transaction under the branch's id, records and,
 * where the work says so, consumed offsets. It is left open when the branch is prepared and ended from any process.
 *
 * <p><b>How a branch is told from what came before and after.</b> The transaction coordinator keeps an epoch for each
 * transactional id, durably, and changes it in one step. A branch is claimed first: its id is created in epoch 0, which
 * succeeds once. Only who claimed it initializes a producer, which makes epoch 1 of it, and works only if the coordinator
 * then shows epoch 1 of the claim's producer id. Each end of a transaction, by whomever, and each fence raise the epoch.
 * So at most one transaction is ever open under a branch's id, in epoch 1, and it is the branch's own: whoever finishes
 * it needs to know no more than what the coordinator shows, and nothing has to be recorded elsewhere. What is finished is
 * only ever shown as seen: the request names producer id and epoch, and fails where something changed meanwhile.
 *
 * <p><b>Why no late prepare leaves a transaction open.</b> A rollback that finds the id unknown claims it: every later
 * claim fails. One that finds it claimed, or initialized and nothing sent, raises the epoch: a producer that initializes
 * afterwards gets epoch 2 or more and does not begin, and one that had epoch 1 is refused by the coordinator when it
 * sends. One that finds the transaction open aborts it, which raises the epoch too (Kafka's transaction version 2, which
 * is insisted on: before, a producer could go on in the same epoch). There is no state besides these. What a process
 * leaves open when it dies is listed by {@link #recover} and ended by the recovery of the participant, at the latest by
 * the broker.
 *
 * <p><b>The broker aborts what is open for longer than {@code transaction.timeout.ms}</b>, prepared or not, and Kafka has
 * no way to forbid that. So YES is voted only if the promised time is left, reckoned on this process's clock from before
 * the first thing was sent; a branch that was aborted for its age is told as HEURISTIC_ROLLBACK when it is to commit.
 * While a branch is open, consumers that read committed records wait at its first record.
 *
 * <p><b>How long the evidence lasts.</b> A commit is proven by the coordinator's state CompleteCommit, a rollback by
 * CompleteAbort or a raised epoch. The broker drops it after {@code transactional.id.expiration.ms}, 7 days unless set:
 * a commit that is repeated later is HEURISTIC_HAZARD, unless it was said that the record is gone. A prepare that hung
 * longer than that is not kept out; its vote is refused and its transaction rolled back. For the same reason nothing
 * commits in one phase here: a fence for that would have to last for ever.
 *
 * <p>Nothing but this class may initialize a producer with a branch's id: {@code initTransactions} aborts what is
 * prepared. Each branch has a producer of its own, about 5 requests and, with the finish, four replicated writes of the
 * coordinator. Kafka answers once the replicas have a record in memory: with fewer than three replicas of {@code
 * __transaction_state} a machine's loss can lose a prepared branch. A user needs Describe and Write on the transactional
 * ids that begin with {@code assent_}, Describe on the topic {@code __transaction_state}, Describe and DescribeConfigs on
 * the cluster. Thread-safe.
 */
public final class KafkaResource implements EnlistableResource<KafkaBranch>, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaResource.class);

    private final Transactions transactions;
    private final Optional<KafkaWork> work;
    private final Duration promise;
    private final String cluster;
    private final SecondPhase secondPhase;
    private final OpenBranches open;
    private final Map<BranchId, CompletableFuture<Prepared>> preparing = new ConcurrentHashMap<>();

    KafkaResource(
            Transactions transactions,
            Function<BranchId, Producer<byte[], byte[]>> producers,
            Optional<KafkaWork> work,
            Duration promise,
            String cluster) {
        this.transactions = transactions;
        this.secondPhase = new SecondPhase(transactions);
        this.work = work;
        this.promise = promise;
        this.cluster = cluster;
        this.open = new OpenBranches(transactions, producers);
    }

    /**
     * The cluster that {@code settings} lead to.
     *
     * @param settings as for Kafka's own clients: {@code bootstrap.servers}, security, timeouts; also those of a
     *     producer
     */
    public static KafkaBuilder over(Map<String, ?> settings) {
        return new KafkaBuilder(settings);
    }

    @Override
    public String kind() {
        return "kafka";
    }

    /** {@code kafka:} and the cluster's id. */
    @Override
    public String identity() {
        return "kafka:" + cluster;
    }

    /** Opens the branch with a producer of its own, which is given up when the branch is prepared or rolled back. */
    @Override
    public KafkaBranch open(EnlistedBranch branch) throws IOException, InterruptedException, RefusedException {
        Optional<BranchProducer> same = open.enlisted(branch.branch()).filter(BranchProducer::begun);
        if (same.isPresent()) {
            return new KafkaBranch(branch, same.get());
        }
        OptionalLong claimed = claim(branch.branch());
        if (claimed.isEmpty()) {
            throw new RefusedException(
                    "branch " + branch.branch() + " is being opened, or was prepared or rolled back before");
        }
        return new KafkaBranch(branch, open.begin(branch.branch(), claimed));
    }

    /** The producer id of the claim, or nothing where the branch was claimed before. */
    private OptionalLong claim(BranchId branch) throws IOException, InterruptedException {
        Look look = new Look("the claim of", branch);
        OptionalLong claimed = transactions.claim(branch);
        while (claimed.isEmpty()
                && transactions
                        .find(branch)
                        .filter(known -> known.epoch() >= Standing.CLAIMED)
                        .isEmpty()) {
            look.again();
            claimed = transactions.claim(branch);
        }
        return claimed;
    }

    /** Called several times at once, the first call does the work and the others answer as it does. */
    @Override
    public Prepared prepare(BranchId branch, byte[] payload)
            throws IOException, InterruptedException, HeuristicException {
        CompletableFuture<Prepared> own = new CompletableFuture<>();
        CompletableFuture<Prepared> first = preparing.putIfAbsent(branch, own);
        if (first != null) {
            return await(first);
        }
        try {
            Prepared answer = prepareAlone(branch, payload);
            own.complete(answer);
            return answer;
        } finally {
            preparing.remove(branch, own);
            own.completeExceptionally(new IOException("the first of several calls to prepare " + branch + " failed"));
        }
    }

    private static Prepared await(CompletableFuture<Prepared> first) throws IOException, InterruptedException {
        try {
            return first.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e);
        }
    }

    private Prepared prepareAlone(BranchId branch, byte[] payload)
            throws IOException, InterruptedException, HeuristicException {
        Optional<Answer> before = open.answer(branch);
        if (before.isPresent()) {
            return again(branch, before.get());
        }
        Optional<BranchProducer> enlisted = open.enlisted(branch);
        try {
            Answer answer = enlisted.isPresent() ? vote(branch, enlisted.get()) : workAndVote(branch, payload);
            open.answered(branch, answer);
            return answer.prepared();
        } finally {
            open.end(branch);
        }
    }

    /** YES, once said, stands for as long as the branch does, however little time the broker leaves it by now. */
    private Prepared again(BranchId branch, Answer before)
            throws IOException, InterruptedException, HeuristicException {
        if (before.prepared().answer() != Prepared.Answer.YES) {
            return before.prepared();
        }
        Optional<Standing> found = transactions.find(branch);
        return stands(found, before.producerId())
                ? before.prepared()
                : refuse(branch, gone(branch, found)).prepared();
    }

    private static boolean stands(Optional<Standing> found, long producerId) {
        return found.filter(now -> switch (now.state()) {
                    case ONGOING -> now.workingFor(producerId);
                    case PREPARE_COMMIT, COMPLETE_COMMIT -> true;
                    default -> false;
                })
                .isPresent();
    }

    private static String gone(BranchId branch, Optional<Standing> found) {
        return "branch " + branch + " was rolled back or aborted for its age: "
                + found.map(Standing::toString).orElse("its id is not known any more");
    }

    private Answer workAndVote(BranchId branch, byte[] payload)
            throws IOException, InterruptedException, HeuristicException {
        if (work.isEmpty()) {
            return Answer.finalOne(
                    Prepared.no("this instance does no work for a payload, only for services that enlist"));
        }
        OptionalLong claimed = claim(branch);
        if (claimed.isEmpty()) {
            return known(branch);
        }
        try {
            BranchProducer producer = open.begin(branch, claimed);
            work.get().run(producer, branch, payload);
            return vote(branch, producer);
        } catch (RefusedException e) {
            return refuse(branch, e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("the work of {} failed", branch, e);
            return refuse(branch, "the work failed: " + e);
        }
    }

    /** A branch that was claimed before, not by what this process remembers. */
    private Answer known(BranchId branch) throws IOException, InterruptedException, HeuristicException {
        Optional<Standing> standing = transactions.find(branch);
        if (standing.isEmpty()) {
            throw new IOException("branch " + branch + " is known and unknown by turns; to be tried again");
        }
        return switch (standing.get().state()) {
            case PREPARE_COMMIT, COMPLETE_COMMIT -> Answer.finalOne(Prepared.yes());
            // Who claimed it may still be about to begin.
            case EMPTY, PREPARE_ABORT, COMPLETE_ABORT, PREPARE_EPOCH_FENCE ->
                refuse(branch, "branch " + branch + " was rolled back before");
            default ->
                throw new IOException("branch " + branch + " is open in another process: " + standing.get()
                        + "; only that one can say whether it is complete");
        };
    }

    /** Nothing of the branch is left when a NO is answered. */
    private Answer refuse(BranchId branch, String reason) throws IOException, InterruptedException, HeuristicException {
        rollback(branch);
        return Answer.finalOne(Prepared.no(reason));
    }

    private Answer vote(BranchId branch, BranchProducer producer)
            throws IOException, InterruptedException, HeuristicException {
        producer.release();
        Optional<Exception> failure = producer.finish();
        if (failure.isPresent()) {
            return refuse(branch, "something that the work sent failed: " + failure.get());
        }
        return producer.firstUse().isEmpty()
                ? Answer.finalOne(Prepared.readOnly())
                : judge(branch, producer.producerId(), producer.firstUse().getAsLong());
    }

    /** Votes on everything sent: it has to be open as it was begun, and for long enough. */
    private Answer judge(BranchId branch, long producerId, long firstUse)
            throws IOException, InterruptedException, HeuristicException {
        Optional<Standing> found = transactions.find(branch);
        if (!stands(found, producerId)) {
            return refuse(branch, gone(branch, found));
        }
        Duration used = Duration.ofNanos(System.nanoTime() - firstUse);
        Duration left = found.orElseThrow().timeout().minus(used);
        if (left.compareTo(promise) < 0) {
            return refuse(
                    branch,
                    "the broker aborts the branch in " + left.toMillis() + " ms, and " + promise.toMillis()
                            + " ms are promised: work faster, or raise transaction.timeout.ms or lower promise");
        }
        return new Answer(Prepared.yes(), producerId);
    }

    @Override
    public void commit(BranchId branch) throws IOException, InterruptedException, HeuristicException {
        secondPhase.commit(branch);
    }

    @Override
    public void rollback(BranchId branch) throws IOException, InterruptedException, HeuristicException {
        open.end(branch);
        secondPhase.fence(branch);
        // One that was being opened when the call came.
        open.end(branch);
        open.answered(branch, Answer.finalOne(Prepared.no("branch " + branch + " was rolled back before")));
    }

    @Override
    public Collection<BranchId> recover(String participant) throws IOException, InterruptedException {
        return transactions.open(participant);
    }

    /**
     * Remembers the bound: nothing of Kafka's is dropped for it, the broker drops what has ended by its own age. It need
     * not be durable, for it decides only what a repeated commit is told once its evidence is gone.
     */
    @Override
    public void forgetBefore(UUID installation, long generation) {
        secondPhase.forgetBefore(installation, generation);
    }

    /** Leaves every branch as it is; prepared ones are finished by whoever opens the cluster again. */
    @Override
    public void close() throws IOException {
        open.endAll();
        transactions.close();
    }
}
