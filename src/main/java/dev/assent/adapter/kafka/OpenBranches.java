package dev.assent.adapter.kafka;

import dev.assent.adapter.RefusedException;
import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/** Begins the transactions of branches in this process, and remembers what was answered for them. Thread-safe. */
final class OpenBranches {
    private static final int ANSWERS_KEPT = 1_024;

    /**
     * What was answered for a branch.
     *
     * @param producerId of the branch's claim, for a YES
     */
    record Answer(Prepared prepared, long producerId) {
        static Answer finalOne(Prepared prepared) {
            return new Answer(prepared, -1);
        }
    }

    private final Transactions transactions;
    private final Function<BranchId, Producer<byte[], byte[]>> producers;
    private final Map<BranchId, BranchProducer> open = new ConcurrentHashMap<>();
    private final Map<BranchId, Answer> answers = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<BranchId, Answer> eldest) {
            return size() > ANSWERS_KEPT;
        }
    });

    OpenBranches(Transactions transactions, Function<BranchId, Producer<byte[], byte[]>> producers) {
        this.transactions = transactions;
        this.producers = producers;
    }

    /**
     * Begins the branch's transaction in the epoch after {@code claimed}.
     *
     * @throws RefusedException if somebody came in between, who can only have wanted to keep the branch out
     */
    BranchProducer begin(BranchId branch, OptionalLong claimed)
            throws IOException, InterruptedException, RefusedException {
        BranchProducer work = new BranchProducer(producers.apply(branch), claimed.orElseThrow());
        boolean begun = false;
        try {
            open.put(branch, work);
            work.begin();
            Optional<Standing> standing = transactions.find(branch);
            if (standing.isEmpty() || !standing.get().workingFor(work.producerId())) {
                throw new RefusedException("branch " + branch + " was rolled back before it began");
            }
            work.ready();
            begun = true;
            return work;
        } catch (KafkaException e) {
            throw new IOException("branch " + branch + " cannot begin: " + e.getMessage(), e);
        } finally {
            if (!begun) {
                end(branch);
            }
        }
    }

    /** The producer that a service works with. */
    Optional<BranchProducer> enlisted(BranchId branch) {
        return Optional.ofNullable(open.get(branch));
    }

    /** Ends this process's producer of the branch, whatever it is doing. */
    void end(BranchId branch) {
        BranchProducer work = open.remove(branch);
        if (work != null) {
            work.abandon();
        }
    }

    Optional<Answer> answer(BranchId branch) {
        return Optional.ofNullable(answers.get(branch));
    }

    void answered(BranchId branch, Answer answer) {
        answers.put(branch, answer);
    }

    void endAll() {
        open.keySet().forEach(this::end);
    }
}
