package dev.assent.store;

import java.util.Optional;

/**
 * Work that waits for a participant. Immutable.
 *
 * @param payload what the initiator sends; not to be modified; empty for enlisted work
 * @param holder for enlisted work, who holds the branch
 */
@SuppressWarnings("ArrayRecordComponent") // handed through, never compared
public record InboxEntry(byte[] payload, Optional<Holder> holder) {
    private static final byte[] NOTHING = {};

    /** The instance and attempt that hold an enlisted branch: only that attempt may vote YES. */
    public record Holder(String instance, String attempt) {}

    public static InboxEntry work(byte[] payload) {
        return new InboxEntry(payload, Optional.empty());
    }

    public static InboxEntry enlisted(String instance, String attempt) {
        return new InboxEntry(NOTHING, Optional.of(new Holder(instance, attempt)));
    }
}
