package dev.assent.adapter.kafka;

import dev.assent.protocol.BranchId;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The transaction coordinator, asked about branches. Each change is one conditional step there, durable once it is
 * answered; a throw means that nobody knows whether it was taken. Thread-safe.
 */
interface Transactions extends Closeable {
    /** What the coordinator holds under the branch's id; nothing where it holds nothing. */
    Optional<Standing> find(BranchId branch) throws IOException, InterruptedException;

    /**
     * Makes the branch's id known in epoch 0, unless it is known already: of all who claim only one succeeds.
     *
     * @return the producer id that was drawn; nothing where the id is known already or it is not a good moment
     */
    OptionalLong claim(BranchId branch) throws IOException, InterruptedException;

    /** Raises the epoch by one if it still is as seen, which shuts every producer of that epoch out. */
    boolean fence(BranchId branch, Standing seen) throws IOException, InterruptedException;

    /** Ends the open transaction if it still is as seen; false where it is not, or it is not a good moment. */
    boolean end(BranchId branch, Standing seen, boolean commit) throws IOException, InterruptedException;

    /** Every branch of {@code participant} whose transaction is open or being ended. */
    Collection<BranchId> open(String participant) throws IOException, InterruptedException;
}
