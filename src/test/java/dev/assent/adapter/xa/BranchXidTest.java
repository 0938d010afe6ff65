package dev.assent.adapter.xa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.TransactionId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;

class BranchXidTest {
    private static final UUID INSTALLATION = UUID.fromString("00c0ffee-0000-4000-8000-000000000001");

    private static BranchId branch(long generation, String participant) {
        return new BranchId(INSTALLATION, TransactionId.of(generation, -1), participant, "0123456789abcdef");
    }

    @Test
    void theLongestAndTheShortestFitAndComeBack() {
        BranchId longest = branch(999_999_999_999_999_999L, "p".repeat(32));
        assertEquals(129, longest.toString().length());
        for (BranchId branch : new BranchId[] {longest, branch(1, "p")}) {
            BranchXid xid = BranchXid.of(branch);
            assertEquals(Xid.MAXGTRIDSIZE, xid.getGlobalTransactionId().length);
            assertTrue(xid.getBranchQualifier().length > 0 && xid.getBranchQualifier().length <= Xid.MAXBQUALSIZE);
            assertEquals(Optional.of(branch), BranchXid.parse(xid));
            assertEquals(xid, BranchXid.of(branch));
            assertEquals(xid.hashCode(), BranchXid.of(branch).hashCode());
        }
        assertNotEquals(BranchXid.of(longest), BranchXid.of(branch(1, "p")));
    }

    @Test
    void somebodyElsesXidNamesNoBranch() {
        BranchXid own = BranchXid.of(branch(1, "p"));
        byte[] text = branch(1, "p").toString().substring("assent_".length()).getBytes(StandardCharsets.US_ASCII);
        assertEquals(Optional.of(branch(1, "p")), BranchXid.parse(BranchXid.FORMAT, text));
        assertEquals(Optional.empty(), BranchXid.parse(131_077, text));
        assertEquals(Optional.empty(), BranchXid.parse(BranchXid.FORMAT, new byte[] {1, 2, -3}));
        assertArrayEquals("ASNT".getBytes(StandardCharsets.US_ASCII), new byte[] {
            (byte) (own.getFormatId() >> 24),
            (byte) (own.getFormatId() >> 16),
            (byte) (own.getFormatId() >> 8),
            (byte) own.getFormatId()
        });
    }

    @Test
    void anotherSplitOfTheSameTextIsAnotherXid() {
        byte[] text = branch(1, "p").toString().substring("assent_".length()).getBytes(StandardCharsets.US_ASCII);
        for (int split : new int[] {Xid.MAXGTRIDSIZE - 1, Xid.MAXGTRIDSIZE}) {
            Xid xid = new Xid() {
                @Override
                public int getFormatId() {
                    return BranchXid.FORMAT;
                }

                @Override
                public byte[] getGlobalTransactionId() {
                    return Arrays.copyOf(text, split);
                }

                @Override
                public byte[] getBranchQualifier() {
                    return Arrays.copyOfRange(text, split, text.length);
                }
            };
            assertEquals(split == Xid.MAXGTRIDSIZE, BranchXid.parse(xid).isPresent());
        }
    }

    @Test
    void itIsWrittenAsStatementsWant() {
        assertEquals(
                "'00c0ffee-0000-4000-8000-000000000001_1-ffffffffffffffff_bank_012','3456789abcdef'," + 0x41534E54,
                BranchXid.of(branch(1, "bank")).toString());
    }
}
