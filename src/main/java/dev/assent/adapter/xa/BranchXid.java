package dev.assent.adapter.xa;

import dev.assent.protocol.BranchId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import javax.transaction.xa.Xid;

/**
 * A branch id as an xid (X/Open XA, section 4.2): a format of Assent's own, so that nobody else's branch is taken for
 * one, and the id's text without its prefix over both qualifiers, of 64 bytes at most each. Immutable.
 */
public final class BranchXid implements Xid {
    /** "ASNT": says whose xids these are. */
    public static final int FORMAT = 0x41534E54;

    private static final String PREFIX = "assent_";

    private final byte[] text;

    private BranchXid(byte[] text) {
        this.text = text;
    }

    public static BranchXid of(BranchId branch) {
        return new BranchXid(branch.toString().substring(PREFIX.length()).getBytes(StandardCharsets.US_ASCII));
    }

    /** The branch that an xid names, or nothing where it is somebody else's. */
    public static Optional<BranchId> parse(int format, byte[] both) {
        return format == FORMAT
                ? BranchId.tryParse(PREFIX + new String(both, StandardCharsets.US_ASCII))
                : Optional.empty();
    }

    /** As {@link #parse(int, byte[])}, where the qualifiers are split as {@link #of} splits them. */
    public static Optional<BranchId> parse(Xid xid) {
        byte[] first = xid.getGlobalTransactionId();
        byte[] second = xid.getBranchQualifier();
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        // Another split of the same text is another xid, and nobody's here.
        return first.length == MAXGTRIDSIZE ? parse(xid.getFormatId(), both) : Optional.empty();
    }

    @Override
    public int getFormatId() {
        return FORMAT;
    }

    @Override
    public byte[] getGlobalTransactionId() {
        return Arrays.copyOf(text, MAXGTRIDSIZE);
    }

    @Override
    public byte[] getBranchQualifier() {
        return Arrays.copyOfRange(text, MAXGTRIDSIZE, text.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BranchXid xid && Arrays.equals(text, xid.text);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(text);
    }

    /** As MySQL's statements spell it. */
    @Override
    public String toString() {
        String all = new String(text, StandardCharsets.US_ASCII);
        return "'" + all.substring(0, MAXGTRIDSIZE) + "','" + all.substring(MAXGTRIDSIZE) + "'," + FORMAT;
    }
}
