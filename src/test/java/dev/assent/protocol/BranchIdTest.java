package dev.assent.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A branch id survives every place that keeps only its text, and nothing else is taken for one (rule 5). */
class BranchIdTest {
    private static final String INSTALLATION = "00112233-4455-6677-8899-aabbccddeeff";
    private static final String TXID = "7-0123456789abcdef";
    private static final String ATTEMPT = "00000000000000aa";

    private static BranchId random(Random random) {
        String name = random.ints(1 + random.nextInt(32), 0, 37)
                .collect(
                        StringBuilder::new,
                        (text, c) -> text.append("abcdefghijklmnopqrstuvwxyz0123456789-".charAt(c)),
                        StringBuilder::append)
                .toString();
        return new BranchId(
                new UUID(random.nextLong(), random.nextLong()),
                TransactionId.of(1 + (random.nextLong() >>> 5) % 999_999_999_999_999_999L, random.nextLong()),
                name,
                String.format("%016x", random.nextLong()));
    }

    @Test
    void textAndIdAreOneToOne() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            BranchId id = random(random);
            String text = id.toString();
            assertEquals(Optional.of(id), BranchId.tryParse(text));
            assertTrue(text.matches("[a-z0-9_-]{1,129}"), text);
            char[] damaged = text.toCharArray();
            damaged[random.nextInt(damaged.length)] = "0a-_/ A\n".charAt(random.nextInt(8));
            String other = new String(damaged);
            BranchId.tryParse(other).ifPresent(found -> assertEquals(other, found.toString()));
        }
    }

    @Test
    void theLongestFitsEveryResource() {
        BranchId longest = new BranchId(
                UUID.fromString(INSTALLATION), TransactionId.of(999_999_999_999_999_999L, -1), "p".repeat(32), ATTEMPT);
        assertEquals(129, longest.toString().length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "assent",
                "assent_" + INSTALLATION + "_" + TXID + "_bank",
                "assent_" + INSTALLATION + "_" + TXID + "_bank_" + ATTEMPT + "0",
                "assent_" + INSTALLATION + "_" + TXID + "_bank_" + ATTEMPT + "\n",
                "xassent_" + INSTALLATION + "_" + TXID + "_bank_" + ATTEMPT,
                "assent_" + INSTALLATION + "_0" + TXID + "_bank_" + ATTEMPT,
                "assent_" + INSTALLATION + "_" + TXID + "__" + ATTEMPT,
                "assent_" + INSTALLATION + "_" + TXID + "_a_b_" + ATTEMPT,
                "assent_1-2-3-4-5_" + TXID + "_bank_" + ATTEMPT,
                "ASSENT_" + INSTALLATION + "_" + TXID + "_bank_" + ATTEMPT
            })
    void foreignTextIsNoBranch(String text) {
        assertEquals(Optional.empty(), BranchId.tryParse(text));
    }

    @Test
    void itsPartsAreChecked() {
        UUID installation = UUID.fromString(INSTALLATION);
        TransactionId transaction = TransactionId.parse(TXID);
        assertThrows(IllegalArgumentException.class, () -> new BranchId(installation, transaction, "Bank", ATTEMPT));
        assertThrows(IllegalArgumentException.class, () -> new BranchId(installation, transaction, "bank", "1"));
    }
}
